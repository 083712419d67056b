-- The billable value of what is posted is partitioned: nothing of it is lost or counted twice.
with

items as (

    select
        legal_entity_id,
        work_period_id as accounting_period_id,
        contract_currency_code,
        bill_amount_contract + written_up_amount_contract as left_amount,
        0 as right_amount
    from {{ ref('rec_chargeable_postings') }}
    union all
    select
        legal_entity_id,
        accounting_period_id,
        contract_currency_code,
        0 as left_amount,
        billed_amount_contract + discount_amount_contract + written_off_amount_contract
        + over_cap_amount_contract + covered_amount_contract + wip_amount_contract
        - excess_amount_contract as right_amount
    from {{ ref('rec_billing_partition') }}

)

select
    'I6' as identity_id,
    coalesce(legal_entity_id, 'unknown') as legal_entity_id,
    coalesce(accounting_period_id, 'unknown') as accounting_period_id,
    'bill' as measure,
    coalesce(contract_currency_code, 'unknown') as currency_code,
    cast(sum(left_amount) as decimal(18, 4)) as left_amount,
    cast(sum(right_amount) as decimal(18, 4)) as right_amount
from items
group by
    coalesce(legal_entity_id, 'unknown'),
    coalesce(accounting_period_id, 'unknown'),
    coalesce(contract_currency_code, 'unknown')
