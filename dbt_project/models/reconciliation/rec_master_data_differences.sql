{% set kinds = [
    ('worker', 'WORKER_UNMAPPED', 'WORKER_AMBIGUOUS'),
    ('project', 'PROJECT_UNMAPPED', 'PROJECT_UNMAPPED'),
    ('client', 'CLIENT_UNMAPPED', 'CLIENT_UNMAPPED')
] %}

with

-- ids that no match or more than one match was found for
unmatched as (

    {% for kind, unmatched, ambiguous in kinds %}
        select
            '{{ kind }}' as entity_kind,
            match_method as difference_type,
            source_system,
            source_{{ kind }}_id as source_id,
            cast(null as varchar) as canonical_id,
            case match_method when 'ambiguous' then '{{ ambiguous }}' else '{{ unmatched }}' end
                as reason_code
        from {{ ref('dim_' ~ kind ~ '_identities') }}
        where match_method in ('unmatched', 'ambiguous') and is_active
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

{% for kind in ['client', 'project'] %}
-- records of one name in the owning system: punctuation and case do not make another {{ kind }}
    {{ kind }}_names as (

        select
            '{{ kind }}' as entity_kind,
            'duplicate' as difference_type,
            source_system,
            source_{{ kind }}_id as source_id,
            {{ kind }}_id as canonical_id,
            '{{ kind | upper }}_DUPLICATE' as reason_code,
            count(*) over (
                partition by
                    lower(replace(replace(replace({{ kind }}_name, '.', ''), ',', ''), ' ', ''))
                    {{ ', client_id' if kind == 'project' }}
            ) as same_name_count
        from {{ ref('dim_' ~ kind ~ 's') }}
        where {{ kind }}_id != {{ unknown_member() }}

    ),

{% endfor %}
-- open in the PSA, closed in the ERP of the entity that sells it
erp_inactive as (

    select
        'project' as entity_kind,
        'inactive_in_erp' as difference_type,
        identities.source_system,
        identities.source_project_id as source_id,
        projects.project_id as canonical_id,
        'PROJECT_INACTIVE' as reason_code
    from {{ ref('dim_projects') }} as projects
    inner join {{ ref('dim_project_identities') }} as identities
        on
            projects.project_id = identities.project_id
            and projects.source_system != identities.source_system
    where
        projects.is_active_in_psa
        and not identities.is_active
        and identities.source_system in (
            select entities.erp_system from {{ ref('dim_legal_entities') }} as entities
        )

),

differences as (

    {% for part in ['unmatched', 'client_names', 'project_names', 'erp_inactive'] %}
        select
            entity_kind,
            difference_type,
            source_system,
            source_id,
            canonical_id,
            reason_code,
            entity_kind || ':' || source_system || ':' || source_id as source_key
        from {{ part }}
        {% if part.endswith('_names') %}where same_name_count > 1{% endif %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    differences.source_key || ':' || differences.difference_type as master_data_difference_id,
    differences.*,
    {{ as_of() }} as as_of_at,
    reasons.owner_role,
    {{ exception_id('reasons.stage', 'differences.source_key', 'differences.reason_code') }}
        as exception_id
from differences
left join {{ ref('dim_reasons') }} as reasons on differences.reason_code = reasons.reason_code
