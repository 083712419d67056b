-- Every currency that anything at K is in: books, contracts, clients and exchange rates.
with

mentions as (

    select
        functional_currency_code as currency_code,
        true as is_functional
    from {{ ref('dim_legal_entities') }}
    union all
    select
        reporting_currency_code as currency_code,
        false as is_functional
    from {{ ref('dim_legal_entities') }}
    union all
    select
        contract_currency_code as currency_code,
        false as is_functional
    from {{ ref('dim_projects') }}
    union all
    select
        currency_code,
        false as is_functional
    from {{ ref('dim_clients') }}
    union all
    select
        from_currency_code as currency_code,
        false as is_functional
    from {{ ref('dim_fx_rates') }}
    union all
    select
        to_currency_code as currency_code,
        false as is_functional
    from {{ ref('dim_fx_rates') }}

)

select
    currency_code,
    cast({{ minor_units('currency_code') }} as integer) as minor_units,
    max(case when is_functional then 1 else 0 end) = 1 as is_functional
from mentions
where currency_code is not null
group by currency_code
