with

time_entries as (

    select distinct

        legal_entity_id,

        work_date as fact_date
    from {{ ref('fct_time_entry_versions') }}

),

expense_items as (

    select distinct

        legal_entity_id,

        work_date as fact_date
    from {{ ref('int_expense_versions_resolved') }}

),

erp_lines as (

    select distinct

        legal_entity_id,

        work_date as fact_date
    from {{ ref('int_erp_lines_keyed') }}
    union all
    select distinct
        legal_entity_id,
        accounting_date as fact_date
    from {{ ref('int_erp_lines_keyed') }}

),

days as (

    select * from time_entries
    union all
    select * from expense_items
    union all
    select * from erp_lines

)

select distinct
    legal_entity_id,
    fact_date
from days
where fact_date is not null
