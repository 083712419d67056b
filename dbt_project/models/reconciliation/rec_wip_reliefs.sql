-- Each billing or write-off of an item relieves its functional value by the difference of two
-- rounded running shares, so that any split of the whole relieves it to exactly 0.
with

events as (

    select
        billed.allocation_id as relief_event_id,
        'billed' as relief_kind,
        item_lines.standing_line_id as posting_line_id,
        billed.invoice_date as relieved_on,
        billed.billed_amount_contract + billed.discount_amount_contract as relief_amount
    from {{ ref('fct_billing_allocations') }} as billed
    inner join {{ ref('rec_standing_lines') }} as item_lines
        on billed.posting_line_id = item_lines.posting_line_id
    where billed.is_issued
    union all
    select
        decisions.adjustment_id as relief_event_id,
        decisions.adjustment_kind as relief_kind,
        item_lines.standing_line_id as posting_line_id,
        decisions.decided_on as relieved_on,
        case decisions.adjustment_kind when 'write_up' then -1 else 1 end
        * case when item_lines.standing_amount_contract < 0 then -1 else 1 end
        * decisions.adjusted_amount_contract as relief_amount
    from {{ ref('fct_billing_adjustments') }} as decisions
    inner join {{ ref('rec_standing_lines') }} as item_lines
        on decisions.posting_line_id = item_lines.posting_line_id
    where decisions.adjustment_kind in ('write_off', 'write_down', 'write_up')

),

running as (

    select
        events.*,
        items.entry_id,
        items.legal_entity_id,
        items.work_period_id,
        items.bill_amount_contract,
        items.contract_currency_code,
        items.functional_currency_code,
        {{ round_to_currency(
            multiply('items.bill_amount_contract', 'items.fx_rate_contract_to_functional', 4, 10),
            'items.functional_currency_code'
        ) }} as bill_amount_functional,
        sum(events.relief_amount) over (
            partition by events.posting_line_id
            order by events.relieved_on asc nulls first, events.relief_event_id asc
            rows between unbounded preceding and current row
        ) as relieved_after
    from events
    inner join {{ ref('rec_billing_items') }} as items
        on events.posting_line_id = items.posting_line_id

)

select
    relief_event_id,
    relief_kind,
    posting_line_id,
    entry_id,
    legal_entity_id,
    work_period_id as accounting_period_id,
    relieved_on,
    cast(relief_amount as decimal(18, 4)) as relief_amount_contract,
    cast(relieved_after as decimal(18, 4)) as relieved_after_amount_contract,
    bill_amount_contract,
    contract_currency_code,
    bill_amount_functional,
    {{ proportional_amount(
        'bill_amount_functional', 'relieved_after', 'bill_amount_contract',
        'functional_currency_code'
    ) }} - {{ proportional_amount(
        'bill_amount_functional', '(relieved_after - relief_amount)', 'bill_amount_contract',
        'functional_currency_code'
    ) }} as relief_amount_functional,
    functional_currency_code,
    {{ as_of() }} as as_of_at
from running
