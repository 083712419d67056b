-- Money is computed here and only here for entries: each named step is rounded once, half away
-- from zero, from unrounded inputs that stay in the row (hours, rates, exchange rates).
with

priced as (

    select
        *,
        case
            when entry_type = 'expense' then cost_basis_amount
            else {{ round_to_currency(
                multiply('hours', 'cost_rate'), 'cost_basis_currency_code'
            ) }}
        end as cost_amount_basis,
        case
            when entry_type = 'time' and is_billable
                then {{ round_to_currency(
                multiply('hours', 'bill_rate'), 'contract_currency_code'
            ) }}
        end as labour_bill_amount_contract
    from {{ ref('int_entries_converted') }}

),

costed as (

    select
        *,
        case
            when cost_basis_currency_code = functional_currency_code then cost_amount_basis
            else {{ round_to_currency(
                multiply('cost_amount_basis', 'fx_rate_cost_to_functional', 4, 10), 'functional_currency_code'
            ) }}
        end as cost_amount
    from priced

),

charged as (

    select
        *,
        case
            when entry_type = 'time' then labour_bill_amount_contract
            when not is_billable or billing_model = 'internal' then 0
            when contract_currency_code = functional_currency_code then cost_amount
            else {{ round_to_currency(
                multiply('cost_amount', 'fx_rate_functional_to_contract', 4, 10), 'contract_currency_code'
            ) }}
        end as bill_amount
    from costed

),

translated as (

    select
        *,
        case
            when contract_currency_code = functional_currency_code then coalesce(bill_amount, 0)
            when coalesce(bill_amount, 0) = 0 then 0
            else {{ round_to_currency(
                multiply('bill_amount', 'fx_rate_contract_to_functional', 4, 10), 'functional_currency_code'
            ) }}
        end as bill_amount_functional
    from charged

)

select
    *,  -- noqa: AM04
    coalesce(
        (entry_type = 'expense' and cost_basis_amount is null)
        or (entry_type = 'time' and cost_rate is null)
        or (
            entry_type = 'time'
            and is_billable
            and bill_rate is null
            and coalesce(billing_model, 'unstated') not in ('fixed_fee', 'internal')
        ),
        false
    ) as is_rate_missing,
    coalesce(
        (cost_amount is null and cost_amount_basis is not null)
        or (bill_amount is null and entry_type = 'expense' and cost_amount is not null)
        or bill_amount_functional is null,
        false
    ) as is_fx_missing,
    -- a contract in reporting currency needs no translation; else from functional, never chained
    case
        when contract_currency_code = reporting_currency_code then coalesce(bill_amount, 0)
        when functional_currency_code = reporting_currency_code then bill_amount_functional
        when bill_amount_functional = 0 then 0
        else {{ round_to_currency(
                multiply('bill_amount_functional', 'fx_rate_functional_to_reporting', 4, 10), 'reporting_currency_code'
            ) }}
    end as bill_amount_reporting
from translated
