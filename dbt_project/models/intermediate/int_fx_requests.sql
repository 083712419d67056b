-- The conversions that entries need: contract to functional, cost basis to functional,
-- functional to contract (expenses charged on) and functional to reporting.
with

entries as (

    select * from {{ ref('int_entries_located') }}

),

pairs as (

    select distinct
        erp_system,
        contract_currency_code as from_currency_code,
        functional_currency_code as to_currency_code,
        work_date
    from entries
    union all
    select distinct
        erp_system,
        cost_basis_currency_code as from_currency_code,
        functional_currency_code as to_currency_code,
        work_date
    from entries
    union all
    select distinct
        erp_system,
        functional_currency_code as from_currency_code,
        contract_currency_code as to_currency_code,
        work_date
    from entries
    where entry_type = 'expense'
    union all
    select distinct
        erp_system,
        functional_currency_code as from_currency_code,
        reporting_currency_code as to_currency_code,
        work_date
    from entries

)

select distinct
    erp_system,
    from_currency_code,
    to_currency_code,
    work_date
from pairs
where from_currency_code != to_currency_code
