with

-- billings and decisions, one below the other
events as (

    select
        posting_line_id,
        invoice_status,
        is_issued,
        hours,
        billed_amount_contract,
        discount_amount_contract,
        {% for part in ['written_off', 'written_up'] %}
            cast(0 as decimal(18, 4)) as {{ part }}_amount_contract,
        {% endfor %}
        false as is_on_hold,
        cast(null as date) as released_on,
        cast(null as date) as approved_on
    from {{ ref('fct_billing_allocations') }}
    union all
    select
        posting_line_id,
        cast(null as varchar) as invoice_status,
        false as is_issued,
        {% for part in ['hours', 'billed_amount_contract', 'discount_amount_contract'] %}
            cast(0 as decimal(18, 4)) as {{ part }},
        {% endfor %}
        written_off_amount_contract,
        written_up_amount_contract,
        is_on_hold,
        released_on,
        approved_on
    from {{ ref('rec_billing_decisions') }}

),

sums as (

    select
        item_lines.standing_line_id,
        max(case when item_lines.standing_amount_contract < 0 then -1 else 1 end) as direction,
        {% for sum, column in [
            ('billed_hours', 'hours'), ('billed_amount', 'billed_amount_contract'),
            ('discount_amount', 'discount_amount_contract')
        ] %}
            sum(case when events.is_issued then events.{{ column }} else 0 end) as {{ sum }},
        {% endfor %}
        sum(
            case
                when events.is_issued and item_lines.standing_line_id != events.posting_line_id
                    then events.billed_amount_contract + events.discount_amount_contract
                else 0
            end
        ) as carried_amount,
        sum(events.written_off_amount_contract) as written_off_amount,
        sum(events.written_up_amount_contract) as written_up_amount,
        max(case when events.invoice_status = 'draft' then 1 else 0 end) as draft_count,
        max(case when events.invoice_status = 'post_failed' then 1 else 0 end) as failed_count,
        max(case when events.is_on_hold then 1 else 0 end) as hold_count,
        max(events.released_on) as released_on,
        max(events.approved_on) as approved_on
    from events
    inner join {{ ref('rec_standing_lines') }} as item_lines
        on events.posting_line_id = item_lines.posting_line_id
    group by item_lines.standing_line_id

)

-- more can not be taken back than was billed
select
    standing_line_id as posting_line_id,
    cast(billed_hours as decimal(18, 4)) as billed_hours,
    {% for part in ['billed', 'discount'] %}
        cast(greatest(direction * {{ part }}_amount, 0) * direction as decimal(18, 4))
            as {{ part }}_amount_contract,
    {% endfor %}
    cast(greatest(-direction * (billed_amount + discount_amount), 0) as decimal(18, 4))
        as over_credited_amount_contract,
    cast(carried_amount as decimal(18, 4)) as carried_amount_contract,
    {% for part in ['written_off', 'written_up'] %}
        cast(direction * {{ part }}_amount as decimal(18, 4)) as {{ part }}_amount_contract,
    {% endfor %}
    draft_count = 1 as has_draft_invoice,
    failed_count = 1 as has_failed_invoice,
    hold_count = 1 as is_on_hold,
    released_on,
    approved_on,
    {{ as_of() }} as as_of_at
from sums
