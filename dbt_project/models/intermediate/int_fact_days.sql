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

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

mentions as (

    select
        coalesce(crosswalks.canonical_id, mentioned.legal_entity_id) as legal_entity_id,
        mentioned.work_date,
        mentioned.accounting_date
    from {{ ref('int_erp_line_mentions') }} as mentioned
    left join crosswalks
        on
            mentioned.source_system = crosswalks.source_system
            and mentioned.legal_entity_id = crosswalks.source_id

),

erp_lines as (

    select
        legal_entity_id,
        work_date as fact_date
    from mentions
    union all
    select
        legal_entity_id,
        accounting_date as fact_date
    from mentions

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
where fact_date is not null and legal_entity_id is not null
