-- A system that never fills a field says nothing by leaving it empty; a system that does fill it
-- says that there is no value. An ERP's record of a project names the books it stands in, not who
-- sells; a time tool knows capped work and retainers only as work by the hour.
{% set code_kinds = {
    'cost_center_code': 'cost_center', 'billing_code': 'billing_code',
    'labour_category': 'labour_category', 'service_line_code': 'service_line',
    'region_code': 'region', 'tax_jurisdiction_code': 'tax_jurisdiction'
} %}

with

field_values as (

    select
        *,
        case field
            {% for field, kind in code_kinds.items() %}when '{{ field }}' then '{{ kind }}'
            {% endfor %}
        end as code_kind
    from {{ ref('int_master_field_values') }}

),

owned_fields as (

    select * from {{ ref('int_owned_fields') }}

),

codes as (

    select
        code_kind,
        code
    from {{ ref('int_reference_codes_owned') }}
    where is_owned and code_rank = 1

),

listed_kinds as (

    select distinct code_kind from codes

),

erps as (

    select distinct source_system
    from {{ ref('stg_tieout__system_roles') }}
    where role = 'erp'

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
    and not (
        field_values.entity_kind = 'project'
        and field_values.field = 'legal_entity_id'
        and erps.source_system is not null
    )
    and coalesce(field_values.field_key != owned_fields.owner_key, true) as is_conflict,
    listed_kinds.code_kind is not null
    and field_values.source_system = owned_fields.owner_system
    and field_values.is_active
    and field_values.field_value is not null
    and codes.code is null as is_unknown_code
from field_values
inner join owned_fields
    on
        field_values.entity_kind = owned_fields.entity_kind
        and field_values.canonical_id = owned_fields.canonical_id
        and field_values.field = owned_fields.field
left join erps on field_values.source_system = erps.source_system
left join listed_kinds on field_values.code_kind = listed_kinds.code_kind
left join codes
    on field_values.code_kind = codes.code_kind and field_values.field_value = codes.code
where field_values.field_value is not null or owned_fields.owner_value is not null
