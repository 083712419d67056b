-- Matching never guesses: the owner's id, then the crosswalk, then the employee number, then the
-- e-mail address; whatever is left, or could be two workers, stays visible without a worker.
with

ids as (

    select * from {{ ref('int_worker_ids') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'worker'

),

workers as (

    select
        owner_id as worker_id,
        email
    from ids
    where is_owned and owner_rank = 1

),

addresses as (

    select
        email,
        min(worker_id) as worker_id,
        count(*) as worker_count
    from workers
    where email is not null
    group by email

),

matched as (

    select
        ids.source_system,
        ids.source_worker_id,
        ids.is_active,
        case
            when ids.is_owned then 'owner'
            when ids.is_claimed or crosswalks.is_ambiguous then 'ambiguous'
            when crosswalked.worker_id is not null then 'crosswalk'
            when crosswalks.canonical_id is not null then 'unmatched'
            when numbered.worker_id is not null then 'employee_number'
            when addresses.worker_count > 1 then 'ambiguous'
            when addresses.worker_id is not null then 'email'
            else 'unmatched'
        end as match_method,
        ids.owner_id as owner_worker_id,
        crosswalked.worker_id as crosswalk_worker_id,
        numbered.worker_id as number_worker_id,
        addresses.worker_id as address_worker_id
    from ids
    left join crosswalks
        on
            ids.source_system = crosswalks.source_system
            and ids.source_worker_id = crosswalks.source_id
    left join workers as crosswalked on crosswalks.canonical_id = crosswalked.worker_id
    left join workers as numbered on ids.employee_number = numbered.worker_id
    left join addresses on ids.email = addresses.email

)

select
    source_system || ':' || source_worker_id as identity_id,
    source_system,
    source_worker_id,
    case match_method
        when 'owner' then owner_worker_id
        when 'crosswalk' then crosswalk_worker_id
        when 'employee_number' then number_worker_id
        when 'email' then address_worker_id
    end as worker_id,
    match_method,
    is_active
from matched
