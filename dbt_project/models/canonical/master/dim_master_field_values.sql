-- A system that never fills a field says nothing by leaving it empty; a system that does fill it
-- says that there is no value.
with

field_values as (

    select * from {{ ref('int_master_field_values') }}

),

owned_fields as (

    select * from {{ ref('int_owned_fields') }}

)

select
    field_values.entity_kind || ':' || field_values.source_system || ':' || field_values.source_id
    || ':' || field_values.field as field_value_id,
    field_values.entity_kind,
    field_values.canonical_id,
    field_values.field,
    field_values.source_system,
    field_values.source_id,
    field_values.is_active,
    field_values.field_value,
    owned_fields.owner_system,
    owned_fields.owner_value,
    field_values.source_system = owned_fields.owner_system as is_owner,
    field_values.source_system != owned_fields.owner_system
    and field_values.is_active
    and field_values.field_value is not null
    and (owned_fields.is_supplied or owned_fields.owner_value is not null)
    and coalesce(field_values.field_key != owned_fields.owner_key, true) as is_conflict
from field_values
inner join owned_fields
    on
        field_values.entity_kind = owned_fields.entity_kind
        and field_values.canonical_id = owned_fields.canonical_id
        and field_values.field = owned_fields.field
where field_values.field_value is not null or owned_fields.owner_value is not null
