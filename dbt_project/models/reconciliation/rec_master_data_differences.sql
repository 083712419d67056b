-- What systems do not agree on, and what nobody can match: the owner's value is used, the other
-- stays visible until somebody corrects it.
with

-- ids that no match or more than one match was found for
unmatched as (

    select
        entity_kind,
        match_method as difference_type,
        source_system,
        source_id,
        cast(null as varchar) as canonical_id,
        upper(entity_kind)
        || case match_method when 'ambiguous' then '_AMBIGUOUS' else '_UNMAPPED' end
            as reason_code
    from {{ ref('dim_identities') }}
    where match_method in ('unmatched', 'ambiguous') and is_active

),

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

    {% for part in ['unmatched', 'erp_inactive'] %}
        select
            {{ part }}.*,
            cast(null as varchar) as field,
            cast(null as varchar) as field_value,
            cast(null as varchar) as owner_system,
            cast(null as varchar) as owner_value
        from {{ part }}
        union all
    {% endfor %}
    select
        entity_kind,
        'duplicate' as difference_type,
        source_system,
        source_id,
        canonical_id,
        upper(entity_kind) || '_DUPLICATE' as reason_code,
        basis as field,
        canonical_id as field_value,
        cast(null as varchar) as owner_system,
        first_canonical_id as owner_value
    from {{ ref('dim_master_duplicates') }}
    union all
    select
        entity_kind,
        case when is_conflict then 'field_conflict' else 'unknown_code' end as difference_type,
        source_system,
        source_id,
        canonical_id,
        case when is_conflict then 'FIELD_CONFLICT' else 'CODE_UNKNOWN' end as reason_code,
        field,
        field_value,
        owner_system,
        owner_value
    from {{ ref('dim_master_field_values') }}
    where is_conflict or is_unknown_code

),

keyed as (

    select
        *,
        entity_kind || ':' || source_system || ':' || source_id as record_key,
        case
            when difference_type in ('field_conflict', 'unknown_code') then ':' || field else ''
        end as field_part
    from differences

)

select
    keyed.record_key || ':' || keyed.difference_type || keyed.field_part
        as master_data_difference_id,
    keyed.entity_kind,
    keyed.difference_type,
    keyed.source_system,
    keyed.source_id,
    keyed.canonical_id,
    keyed.reason_code,
    keyed.record_key || keyed.field_part as source_key,
    keyed.field,
    keyed.field_value,
    keyed.owner_system,
    keyed.owner_value,
    {{ as_of() }} as as_of_at,
    reasons.owner_role,
    {{ exception_id('reasons.stage', 'keyed.record_key || keyed.field_part', 'keyed.reason_code') }}
        as exception_id
from keyed
left join {{ ref('dim_reasons') }} as reasons on keyed.reason_code = reasons.reason_code
