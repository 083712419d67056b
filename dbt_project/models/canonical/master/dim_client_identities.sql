-- Matching never guesses: the owner's id, then the crosswalk, then the code; whatever is left, or
-- could be two clients, stays visible without a client.
with

ids as (

    select * from {{ ref('int_client_ids') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'client'

),

owned as (

    select owner_id as client_id
    from ids
    where is_owned and owner_rank = 1

),

matched as (

    select
        ids.source_system,
        ids.source_client_id,
        ids.is_active,
        case
            when ids.is_owned then 'owner'
            when ids.is_claimed or crosswalks.is_ambiguous then 'ambiguous'
            when crosswalked.client_id is not null then 'crosswalk'
            when crosswalks.canonical_id is not null then 'unmatched'
            when coded.client_id is not null then 'code'
            else 'unmatched'
        end as match_method,
        ids.owner_id as owner_client_id,
        crosswalked.client_id as crosswalk_client_id,
        coded.client_id as code_client_id
    from ids
    left join crosswalks
        on
            ids.source_system = crosswalks.source_system
            and ids.source_client_id = crosswalks.source_id
    left join owned as crosswalked on crosswalks.canonical_id = crosswalked.client_id
    left join owned as coded on ids.client_code = coded.client_id

)

select
    source_system || ':' || source_client_id as identity_id,
    source_system,
    source_client_id,
    case match_method
        when 'owner' then owner_client_id
        when 'crosswalk' then crosswalk_client_id
        when 'code' then code_client_id
    end as client_id,
    match_method,
    is_active
from matched
