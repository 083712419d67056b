with

ids as (

    select
        *,
        coalesce(client_code, source_client_id) as client_id
    from {{ ref('int_client_ids') }}
    where is_owned

),

ranked as (

    select
        *,
        row_number() over (
            partition by client_id
            order by is_active desc, source_client_id asc
        ) as record_rank
    from ids

)

select
    client_id,
    client_code,
    coalesce(client_name, client_id) as client_name,
    currency_code,
    is_active,
    source_system,
    source_client_id,
    known_at
from ranked
where record_rank = 1
union all
select
    {{ unknown_member() }} as client_id,
    cast(null as varchar) as client_code,
    'Unknown' as client_name,
    cast(null as varchar) as currency_code,
    false as is_active,
    cast(null as varchar) as source_system,
    cast(null as varchar) as source_client_id,
    cast(null as timestamp) as known_at
