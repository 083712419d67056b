-- The same client, project or worker set up twice: two records of the owning systems that agree in
-- name (case and punctuation do not make another), tax registration or e-mail address, or two
-- active records of one other system that stand for one.
{% set bases = [
    ('client', 'name', name_key('client_name'), 'client_name is not null'),
    ('client', 'tax_registration', 'upper(tax_registration)', 'tax_registration is not null'),
    ('project', 'name', name_key('project_name') ~ " || '|' || client_id", 'project_name is not null'),
    ('worker', 'email', 'email', 'email is not null')
] %}

with

masters as (

    {% for kind, basis, shared_key, condition in bases %}
        select
            '{{ kind }}' as entity_kind,
            source_system,
            source_{{ kind }}_id as source_id,
            {{ kind }}_id as canonical_id,
            '{{ basis }}' as basis,
            {{ shared_key }} as shared_key
        from {{ ref('dim_' ~ kind ~ 's') }}
        where {{ kind }}_id != {{ unknown_member() }} and {{ condition }}
        union all
    {% endfor %}
    -- an ERP may keep one record of a project per subsidiary, but no client or worker twice
    select
        entity_kind,
        source_system,
        source_id,
        canonical_id,
        'same_id' as basis,
        source_system || '|' || canonical_id as shared_key
    from {{ ref('dim_identities') }}
    where
        entity_kind in ('worker', 'client')
        and canonical_id is not null
        and match_method != 'owner'
        and is_active

),

counted as (

    select
        *,
        count(*) over (partition by entity_kind, basis, shared_key) as record_count,
        min(canonical_id) over (partition by entity_kind, basis, shared_key) as first_canonical_id
    from masters

)

select
    entity_kind || ':' || source_system || ':' || source_id as source_key,
    entity_kind,
    source_system,
    source_id,
    canonical_id,
    min(basis) as basis,
    min(first_canonical_id) as first_canonical_id,
    max(record_count) as record_count
from counted
where record_count > 1
group by entity_kind, source_system, source_id, canonical_id
