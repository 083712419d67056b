{% set fields = {
    'client_name': 'varchar', 'currency_code': 'varchar', 'tax_jurisdiction_code': 'varchar',
    'tax_registration': 'varchar', 'payment_terms_days': 'bigint', 'legal_entity_id': 'varchar'
} %}

with

ids as (

    select * from {{ ref('int_client_ids') }}
    where is_owned and owner_rank = 1

),

overrides as (

    {{ field_overrides('client', fields) }}

)

select
    ids.owner_id as client_id,
    ids.client_code,
    coalesce({{ owned_value('client_name') }}, ids.owner_id) as client_name,
    {{ owned_value('currency_code') }} as currency_code,
    ids.is_active,
    {{ owned_value('tax_jurisdiction_code') }} as tax_jurisdiction_code,
    {{ owned_value('tax_registration') }} as tax_registration,
    {{ owned_value('payment_terms_days') }} as payment_terms_days,
    coalesce({{ owned_value('legal_entity_id') }}, {{ unknown_member() }}) as legal_entity_id,
    ids.source_system,
    ids.source_client_id,
    ids.known_at
from ids
left join overrides on ids.owner_id = overrides.canonical_id
union all
select
    {{ unknown_member() }} as client_id,
    cast(null as varchar) as client_code,
    'Unknown' as client_name,
    cast(null as varchar) as currency_code,
    false as is_active,
    cast(null as varchar) as tax_jurisdiction_code,
    cast(null as varchar) as tax_registration,
    cast(null as bigint) as payment_terms_days,
    {{ unknown_member() }} as legal_entity_id,
    cast(null as varchar) as source_system,
    cast(null as varchar) as source_client_id,
    cast(null as timestamp) as known_at
