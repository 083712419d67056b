-- The cost side: each named step is rounded once, half away from zero, from unrounded inputs that
-- stay in the row. An expense is paid gross and costs what no tax authority gives back.
with

based as (

    select
        *,
        case
            when entry_type = 'expense' or cost_basis_amount is not null then cost_basis_amount
            else {{ round_to_currency(
                multiply('hours', 'cost_rate'), 'cost_basis_currency_code'
            ) }}
        end as cost_amount_basis
    from {{ ref('int_entries_converted') }}

),

paid as (

    select
        *,
        case
            when cost_basis_currency_code = functional_currency_code then cost_amount_basis
            else {{ round_to_currency(
                multiply('cost_amount_basis', 'fx_rate_cost_to_functional', 4, 10), 'functional_currency_code'
            ) }}
        end as gross_amount
    from based

),

-- the tax of what is approved is in proportion to the tax on the receipt
taxed as (

    select
        *,
        case
            when entry_type = 'expense' and has_usable_tax
                then {{ money_div_to_currency(
                multiply('gross_amount', 'tax_amount', 4, 4), 'transaction_amount',
                'functional_currency_code', 8, 4
            ) }}
            else cast(0 as decimal(18, 4))
        end as tax_amount_functional
    from paid

),

recovered as (

    select
        *,
        case
            when tax_status in ('recoverable', 'blocked')
                then {{ round_to_currency(
                multiply('tax_amount_functional', 'recoverable_ratio'), 'functional_currency_code'
            ) }}
            else cast(0 as decimal(18, 4))
        end as eligible_tax_amount
    from taxed

)

select
    *,  -- noqa: AM04
    case
        when tax_status = 'recoverable' then eligible_tax_amount
        else cast(0 as decimal(18, 4))
    end as recoverable_tax_amount,
    gross_amount - case
        when tax_status = 'recoverable' then eligible_tax_amount
        else cast(0 as decimal(18, 4))
    end as cost_amount
from recovered
