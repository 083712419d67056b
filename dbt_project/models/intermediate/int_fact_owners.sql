-- Whose are the facts of an entity on a day? A firm that says so means it: what another system
-- brings then is not the record. Where nothing is said, every system owns what it brings.
with

facts as (

    select distinct
        source_system,
        legal_entity_id,
        entry_type,
        work_date
    from {{ ref('int_entries_unioned') }}

),

owners as (

    select
        *,
        case entity when 'time_entry' then 'time' else entity end as entry_type
    from {{ ref('int_owners') }}
    where entity in ('time_entry', 'expense') and field is null

)

select
    facts.source_system,
    facts.legal_entity_id,
    facts.entry_type,
    facts.work_date,
    count(owners.source_system) = 0
    or max(case when owners.source_system = facts.source_system then 1 else 0 end) = 1
        as is_record
from facts
left join owners
    on
        facts.entry_type = owners.entry_type
        and coalesce(owners.legal_entity_id, facts.legal_entity_id) = facts.legal_entity_id
        and coalesce(facts.work_date >= owners.valid_from, true)
        and coalesce(facts.work_date <= owners.valid_to, true)
group by facts.source_system, facts.legal_entity_id, facts.entry_type, facts.work_date
