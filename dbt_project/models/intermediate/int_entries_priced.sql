-- The bill side: each named step is rounded once, half away from zero, from unrounded inputs that
-- stay in the row (hours, rates, mark-up, exchange rates). Client discounts are lines of their own.
with

labour as (

    select
        *,
        case
            when entry_type = 'time' and is_billable
                then {{ round_to_currency(
                multiply('hours', 'bill_rate'), 'contract_currency_code'
            ) }}
        end as labour_bill_amount_contract,
        case
            when entry_type = 'time' and is_billable
                then {{ round_to_currency(
                multiply('hours', 'standard_bill_rate'), 'contract_currency_code'
            ) }}
        end as standard_bill_amount
    from {{ ref('int_entries_costed') }}

),

-- what is charged at cost: cost in contract currency needs no way through the functional one
charged as (

    select
        *,
        case
            when entry_type = 'time' and not coalesce(is_cost_plus, false)
                then labour_bill_amount_contract
            when not is_billable or billing_model = 'internal' then 0
            when entry_type = 'time' and cost_basis_currency_code = contract_currency_code
                then {{ round_to_currency(
                multiply('cost_amount_basis', markup_factor('markup_percent'), 4, 8),
                'contract_currency_code'
            ) }}
            when contract_currency_code = functional_currency_code
                then {{ round_to_currency(
                multiply('cost_amount', markup_factor('markup_percent'), 4, 8),
                'contract_currency_code'
            ) }}
            else {{ round_to_currency(
                multiply(
                    multiply('cost_amount', 'fx_rate_functional_to_contract', 4, 10),
                    markup_factor('markup_percent'), 14, 8
                ),
                'contract_currency_code'
            ) }}
        end as bill_amount
    from labour

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
    (cost_basis_amount is null and (entry_type = 'expense' or cost_rate is null))
    or (
        entry_type = 'time'
        and is_billable
        and bill_rate is null
        and not coalesce(is_cost_plus, false)
        and coalesce(billing_model, 'unstated') not in ('fixed_fee', 'internal')
        and coalesce(line_type, 'unstated') not in ('fixed_fee', 'milestone')
    ) as is_rate_missing,
    coalesce(
        (cost_amount is null and cost_amount_basis is not null)
        or (
            bill_amount is null
            and cost_amount is not null
            and (entry_type = 'expense' or is_cost_plus)
        )
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
    end as bill_amount_reporting,
    case
        when functional_currency_code = reporting_currency_code then cost_amount
        else {{ round_to_currency(
                multiply('cost_amount', 'fx_rate_functional_to_reporting', 4, 10), 'reporting_currency_code'
            ) }}
    end as cost_amount_reporting
from translated
