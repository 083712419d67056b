-- Matching never guesses: the owner's id, then the crosswalk, then the code; whatever is left, or
-- could be two projects, stays visible without a project.
with

ids as (

    select * from {{ ref('int_project_ids') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'project'

),

owned as (

    select owner_id as project_id
    from ids
    where is_owned and owner_rank = 1

),

matched as (

    select
        ids.source_system,
        ids.source_project_id,
        ids.is_active,
        case
            when ids.is_owned then 'owner'
            when ids.is_claimed or crosswalks.is_ambiguous then 'ambiguous'
            when crosswalked.project_id is not null then 'crosswalk'
            when crosswalks.canonical_id is not null then 'unmatched'
            when coded.project_id is not null then 'code'
            else 'unmatched'
        end as match_method,
        ids.owner_id as owner_project_id,
        crosswalked.project_id as crosswalk_project_id,
        coded.project_id as code_project_id
    from ids
    left join crosswalks
        on
            ids.source_system = crosswalks.source_system
            and ids.source_project_id = crosswalks.source_id
    left join owned as crosswalked on crosswalks.canonical_id = crosswalked.project_id
    left join owned as coded on ids.project_code = coded.project_id

)

select
    source_system || ':' || source_project_id as identity_id,
    source_system,
    source_project_id,
    case match_method
        when 'owner' then owner_project_id
        when 'crosswalk' then crosswalk_project_id
        when 'code' then code_project_id
    end as project_id,
    match_method,
    is_active
from matched
