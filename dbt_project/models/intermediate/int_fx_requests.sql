-- The conversions that entries need: contract to functional, cost basis to functional, functional
-- to contract (what is charged at cost) and functional to reporting.
with

-- one pass over the entries: days and currencies are few
situations as (

    select distinct
        erp_system,
        work_date,
        contract_currency_code,
        cost_basis_currency_code,
        functional_currency_code,
        reporting_currency_code,
        entry_type = 'expense' or is_cost_plus as is_charged_at_cost
    from {{ ref('int_entries_rated') }}

),

pairs as (

    select
        erp_system,
        contract_currency_code as from_currency_code,
        functional_currency_code as to_currency_code,
        work_date
    from situations
    union all
    select
        erp_system,
        cost_basis_currency_code as from_currency_code,
        functional_currency_code as to_currency_code,
        work_date
    from situations
    union all
    select
        erp_system,
        functional_currency_code as from_currency_code,
        contract_currency_code as to_currency_code,
        work_date
    from situations
    where is_charged_at_cost
    union all
    select
        erp_system,
        functional_currency_code as from_currency_code,
        reporting_currency_code as to_currency_code,
        work_date
    from situations

)

select distinct
    erp_system,
    from_currency_code,
    to_currency_code,
    work_date
from pairs
where from_currency_code != to_currency_code
