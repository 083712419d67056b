-- funded = used + refunded + expired + available; a funding whose own invoice is not confirmed is
-- shown apart and can not be used.
with

sums as (

    select
        contract_id,
        max(client_id) as client_id,
        max(legal_entity_id) as legal_entity_id,
        contract_currency_code,
        {% for name, condition in [
            ('funded', "movement_kind = 'funded' and is_usable"),
            ('unconfirmed', "movement_kind = 'funded' and not is_usable"),
            ('drawn', "movement_kind = 'drawn'"),
            ('returned', "movement_kind = 'returned'"),
            ('refunded', "movement_kind = 'refunded'"),
            ('expired', "movement_kind = 'expired'")
        ] %}
            cast(
                sum(case when {{ condition }} then movement_amount_contract else 0 end)
                as decimal(18, 4)
            ) as {{ name }}_amount_contract,
        {% endfor %}
        cast(sum(unused_amount_contract) as decimal(18, 4)) as unused_amount_contract,
        cast(min(available_after_amount_contract) as decimal(18, 4))
            as lowest_available_amount_contract,
        max(occurred_on) as last_moved_on,
        max(known_at) as known_at
    from {{ ref('fct_retainer_movements') }}
    group by contract_id, contract_currency_code

),

balances as (

    select
        *,
        drawn_amount_contract - returned_amount_contract as used_amount,
        funded_amount_contract + returned_amount_contract - drawn_amount_contract
        - refunded_amount_contract - expired_amount_contract as available_amount
    from sums

)

select
    balances.contract_id,
    balances.client_id,
    balances.legal_entity_id,
    balances.contract_currency_code,
    balances.funded_amount_contract,
    balances.unconfirmed_amount_contract,
    balances.drawn_amount_contract,
    balances.returned_amount_contract,
    cast(balances.used_amount as decimal(18, 4)) as used_amount_contract,
    balances.refunded_amount_contract,
    balances.expired_amount_contract,
    cast(balances.available_amount as decimal(18, 4)) as available_amount_contract,
    balances.unused_amount_contract,
    balances.lowest_available_amount_contract,
    balances.last_moved_on,
    balances.known_at,
    reasons.reason_code,
    reasons.owner_role,
    {{ exception_id('reasons.stage', 'balances.contract_id', 'reasons.reason_code') }}
        as exception_id,
    {{ as_of() }} as as_of_at
from balances
left join {{ ref('dim_reasons') }} as reasons
    on
        balances.lowest_available_amount_contract < 0
        and reasons.reason_code = 'RETAINER_OVERDRAWN'
