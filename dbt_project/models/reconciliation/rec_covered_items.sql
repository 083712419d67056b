-- Hours inside a subscription, and the value that a retainer project still covers, are not billed:
-- covered in the order of the work, the item on the boundary in part. What was billed stays billed.
with

items as (

    select
        billing_items.*,
        greatest(billing_items.remaining_amount_contract, 0) as open_amount,
        case
            when billing_items.line_type = 'subscription' and billing_items.entry_type = 'time'
                then greatest(billing_items.hours - billing_items.billed_hours, 0)
            else 0
        end as open_hours,
        billing_items.billing_model = 'retainer' as is_retainer,
        caps.cap_amount_contract,
        caps.invoiced_amount_contract
    from {{ ref('rec_billing_items') }} as billing_items
    left join {{ ref('rec_cap_usages') }} as caps
        on caps.cap_level = 'project' and billing_items.project_id = caps.scope_id

),

ordered as (

    select
        *,
        cap_amount_contract - case when is_retainer then 0 else invoiced_amount_contract end
        - sum(open_amount) over (
            partition by project_id, contract_currency_code {{ in_order_of_work() }}
        ) as cap_room_after,
        coalesce(
            included_hours - sum(open_hours) over (
                partition by contract_line_id, work_period_id {{ in_order_of_work() }}
            ),
            0
        ) as hours_left_after
    from items

),

covered as (

    select
        *,
        {{ admitted_part('open_hours', 'hours_left_after + open_hours') }} as covered_hours,
        case
            when is_retainer
                then {{ admitted_part('open_amount', 'coalesce(cap_room_after, 0) + open_amount') }}
            when open_hours = 0 or hours_left_after <= -open_hours then 0
            when hours_left_after >= 0 then open_amount
            else {{ proportional_amount(
                'open_amount', '(hours_left_after + open_hours)', 'open_hours',
                'contract_currency_code'
            ) }}
        end as covered_amount
    from ordered

)

select
    posting_line_id,
    entry_id,
    work_date,
    project_id,
    contract_id,
    contract_line_id,
    billing_model,
    contract_currency_code,
    cap_amount_contract,
    cast(cap_room_after as decimal(38, 4)) as cap_room_after,
    cast(covered_hours as decimal(18, 4)) as covered_hours,
    cast(covered_amount as decimal(18, 4)) as covered_amount_contract,
    cast(open_amount - covered_amount as decimal(18, 4)) as chargeable_amount_contract,
    {{ percent_of('(open_amount - covered_amount)', 'discount_percent', 'contract_currency_code') }}
        as expected_discount_amount_contract,
    {{ as_of() }} as as_of_at
from covered
