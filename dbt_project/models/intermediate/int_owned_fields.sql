-- The record of a whole worker, client or project owns each field, unless ownership gives the field
-- to another system: then that system's value counts, and where it has none there is none.
with

field_values as (

    select * from {{ ref('int_master_field_values') }}

),

field_owners as (

    select distinct
        entity,
        field,
        legal_entity_id,
        source_system
    from {{ ref('int_owners') }}
    where
        field is not null
        and coalesce(valid_from <= cast({{ as_of() }} as date), true)
        and coalesce(valid_to >= cast({{ as_of() }} as date), true)

),

-- where the record of the whole stands, and so which scope of an ownership applies
owner_values as (

    select
        entity_kind,
        canonical_id,
        source_system,
        field,
        field_value,
        field_key,
        max(case when field = 'legal_entity_id' then field_value end)
            over (partition by entity_kind, canonical_id) as legal_entity_id
    from field_values
    where is_owner_record

),

-- several records of one system: the active one speaks
system_values as (

    select
        *,
        row_number() over (
            partition by entity_kind, canonical_id, source_system, field
            order by is_active desc, source_id asc
        ) as record_rank
    from field_values

),

supplied as (

    select
        entity_kind,
        source_system,
        field,
        count(field_value) > 0 as is_supplied
    from field_values
    group by entity_kind, source_system, field

)

select
    owner_values.entity_kind,
    owner_values.canonical_id,
    owner_values.field,
    field_owners.source_system is not null as is_field_owned,
    coalesce(field_owners.source_system, owner_values.source_system) as owner_system,
    case
        when field_owners.source_system is null then owner_values.field_value
        else system_values.field_value
    end as owner_value,
    case
        when field_owners.source_system is null then owner_values.field_key
        else system_values.field_key
    end as owner_key,
    coalesce(supplied.is_supplied, false) as is_supplied
from owner_values
left join field_owners
    on
        owner_values.entity_kind = field_owners.entity
        and owner_values.field = field_owners.field
        and (
            field_owners.legal_entity_id is null
            or owner_values.legal_entity_id = field_owners.legal_entity_id
        )
left join system_values
    on
        owner_values.entity_kind = system_values.entity_kind
        and owner_values.canonical_id = system_values.canonical_id
        and owner_values.field = system_values.field
        and field_owners.source_system = system_values.source_system
        and system_values.record_rank = 1
left join supplied
    on
        owner_values.entity_kind = supplied.entity_kind
        and owner_values.field = supplied.field
        and supplied.source_system
        = coalesce(field_owners.source_system, owner_values.source_system)
