-- The rate that wins: the system that owns rates speaks for its own entries, and its cards for all
-- others. Work that passes through at a mark-up has no bill rate of its own.
with

chosen as (

    select
        *,
        case
            when is_own_bill_rate or card_bill_rate is null
                then coalesce(source_bill_currency_code, project_currency_code)
            else card_bill_currency_code
        end as priced_currency_code,
        case
            when is_cost_plus then 'cost_plus'
            when is_own_bill_rate then 'entry'
            when is_bill_ambiguous then 'none'
            when card_bill_rate is not null then bill_rate_level
            when source_bill_rate is not null then 'entry'
        end as bill_rate_choice,
        case
            when vendor_amount is not null then 'vendor_bill'
            when is_own_cost_rate then 'entry'
            when is_cost_ambiguous then 'none'
            when card_cost_rate is not null then cost_rate_level
            when source_cost_rate is not null then 'entry'
        end as cost_rate_choice
    from {{ ref('int_entries_carded') }}

)

select
    *,  -- noqa: AM04
    nullif(bill_rate_choice, 'none') as bill_rate_source,
    nullif(cost_rate_choice, 'none') as cost_rate_source,
    coalesce(vendor_amount, approved_amount) as cost_basis_amount,
    case
        when bill_rate_choice = 'entry' then source_bill_rate
        when bill_rate_choice not in ('none', 'cost_plus') then card_bill_rate
    end as bill_rate,
    case
        when cost_rate_choice = 'entry' then source_cost_rate
        when cost_rate_choice not in ('none', 'vendor_bill') then card_cost_rate
    end as cost_rate,
    case
        when bill_rate_choice in ('none', 'cost_plus') then null
        when standard_currency_code = priced_currency_code then standard_rate
        when
            is_bill_blended
            and not is_own_bill_rate
            and coalesce(source_bill_currency_code, priced_currency_code) = priced_currency_code
            then coalesce(source_bill_rate, card_bill_rate)
        when bill_rate_choice = 'entry' then source_bill_rate
        else card_bill_rate
    end as standard_bill_rate,
    case
        when cost_rate_choice = 'vendor_bill' then vendor_currency_code
        when cost_rate_choice in ('entry', 'none') then source_cost_currency_code
        else coalesce(card_cost_currency_code, source_cost_currency_code)
    end as cost_currency_code,
    coalesce(
        (bill_rate_choice = 'none' and is_billable) or cost_rate_choice = 'none', false
    ) as is_rate_ambiguous,
    -- an amount is labelled with the currency it is in, even where the contract says another
    coalesce(
        case
            when bill_rate_choice not in ('none', 'cost_plus') then priced_currency_code
            when entry_type = 'time' and bill_rate_choice is null then source_bill_currency_code
        end,
        project_currency_code,
        functional_currency_code
    ) as contract_currency_code,
    coalesce(
        case
            when cost_rate_choice = 'vendor_bill' then vendor_currency_code
            when cost_rate_choice = 'entry' or entry_type = 'expense'
                then source_cost_currency_code
            when cost_rate_choice != 'none' then card_cost_currency_code
        end,
        functional_currency_code
    ) as cost_basis_currency_code
from chosen
