-- Inequalities as equations: what is invoiced and admitted equals the smaller of itself and the cap
-- (or what was invoiced above it); what is available never fell below 0, and is what the fundings
-- have left.
with

sides as (

    select
        legal_entity_id,
        'cap' as measure,
        contract_currency_code,
        least(
            invoiced_amount_contract + admitted_amount_contract,
            greatest(cap_amount_contract, invoiced_amount_contract)
        ) as left_amount,
        invoiced_amount_contract + admitted_amount_contract as right_amount
    from {{ ref('rec_cap_balances') }}
    union all
    select
        legal_entity_id,
        'retainer_lowest' as measure,
        contract_currency_code,
        greatest(lowest_available_amount_contract, 0) as left_amount,
        lowest_available_amount_contract as right_amount
    from {{ ref('rec_retainer_balances') }}
    union all
    select
        legal_entity_id,
        'retainer_available' as measure,
        contract_currency_code,
        unused_amount_contract as left_amount,
        available_amount_contract as right_amount
    from {{ ref('rec_retainer_balances') }}

)

select
    'I8' as identity_id,
    legal_entity_id,
    {{ period_id() }} as accounting_period_id,
    measure,
    contract_currency_code as currency_code,
    cast(sum(left_amount) as decimal(18, 4)) as left_amount,
    cast(sum(right_amount) as decimal(18, 4)) as right_amount
from sides
group by legal_entity_id, measure, contract_currency_code
