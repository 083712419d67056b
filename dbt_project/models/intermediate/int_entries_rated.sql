-- The rate that wins: the system that owns rates speaks for its own entries, and its cards for all
-- others. Work that passes through at a mark-up has no bill rate of its own.
with

rated as (

    select
        entries.*,
        coalesce(bill_owners.source_system = entries.source_system, false)
        and entries.source_bill_rate is not null as is_own_bill_rate,
        coalesce(cost_owners.source_system = entries.source_system, false)
        and entries.source_cost_rate is not null as is_own_cost_rate,
        rates.bill_rate_id,
        rates.bill_rate_level,
        rates.bill_rate as card_bill_rate,
        rates.bill_currency_code as card_bill_currency_code,
        coalesce(rates.is_bill_ambiguous, false) as is_bill_ambiguous,
        coalesce(rates.is_bill_blended, false) as is_bill_blended,
        rates.cost_rate_id,
        rates.cost_rate_level,
        rates.cost_rate as card_cost_rate,
        rates.cost_currency_code as card_cost_currency_code,
        coalesce(rates.is_cost_ambiguous, false) as is_cost_ambiguous,
        rates.standard_rate,
        rates.standard_currency_code,
        coalesce(
            entries.entry_type = 'time'
            and entries.line_type = 'pass_through'
            and entries.markup_percent is not null,
            false
        ) as is_cost_plus
    from {{ ref('int_entries_located') }} as entries
    left join {{ ref('int_bill_rates_resolved') }} as rates
        on
            entries.rate_key = rates.rate_key
            and entries.work_date between rates.valid_from and rates.valid_to
            and entries.entry_type = 'time'
    left join {{ ref('int_rate_owners') }} as bill_owners
        on
            entries.legal_entity_id = bill_owners.legal_entity_id
            and bill_owners.leg = 'bill'
    left join {{ ref('int_rate_owners') }} as cost_owners
        on
            entries.legal_entity_id = cost_owners.legal_entity_id
            and cost_owners.leg = 'cost'

),

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
            when is_own_cost_rate then 'entry'
            when is_cost_ambiguous then 'none'
            when card_cost_rate is not null then cost_rate_level
            when source_cost_rate is not null then 'entry'
        end as cost_rate_choice
    from rated

)

select
    *,  -- noqa: AM04
    nullif(bill_rate_choice, 'none') as bill_rate_source,
    nullif(cost_rate_choice, 'none') as cost_rate_source,
    case
        when bill_rate_choice = 'entry' then source_bill_rate
        when bill_rate_choice not in ('none', 'cost_plus') then card_bill_rate
    end as bill_rate,
    case
        when cost_rate_choice = 'entry' then source_cost_rate
        when cost_rate_choice != 'none' then card_cost_rate
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
            when cost_rate_choice = 'entry' or entry_type = 'expense' then source_cost_currency_code
            when cost_rate_choice != 'none' then card_cost_currency_code
        end,
        functional_currency_code
    ) as cost_basis_currency_code
from chosen
