with

extractions as (

    select
        *,
        -- requests and retries of an extraction stand on one of its tables
        sum(retry_count) over (
            partition by source_system, started_at, finished_at
        ) as retries_of_extraction
    from {{ ref('fct_extractions') }}

),

attempts as (

    select
        source_system as system_id,
        'extract' as direction,
        cast(started_at as date) as sync_date,
        1 as attempted,
        case when outcome = 'succeeded' then 1 else 0 end as succeeded,
        case when outcome = 'succeeded' and retries_of_extraction = 0 then 1 else 0 end
            as succeeded_first,
        case when outcome = 'failed' then 1 else 0 end as failed,
        0 as in_doubt,
        extracted_count as records,
        quarantined_count,
        request_count,
        retry_count,
        case when outcome = 'succeeded' then finished_at end as succeeded_at
    from extractions
    union all
    select
        target as system_id,
        'post' as direction,
        cast(planned_at as date) as sync_date,
        1 as attempted,
        case when state = 'acked' then 1 else 0 end as succeeded,
        case when state = 'acked' and coalesce(attempt, 1) = 1 then 1 else 0 end
            as succeeded_first,
        case when state in ('rejected', 'dead') then 1 else 0 end as failed,
        case when state = 'sending' then 1 else 0 end as in_doubt,
        1 as records,
        0 as quarantined_count,
        0 as request_count,
        coalesce(attempt, 1) - 1 as retry_count,
        acked_at as succeeded_at
    from {{ ref('fct_posting_lines') }}
    where state not in ('planned', 'sealed', 'void')

),

sums as (

    select
        system_id,
        direction,
        sync_date,
        count(*) as attempted_count,
        sum(succeeded) as succeeded_count,
        sum(succeeded_first) as first_attempt_count,
        sum(failed) as failed_count,
        sum(in_doubt) as in_doubt_count,
        sum(records) as record_count,
        sum(quarantined_count) as quarantined_count,
        sum(request_count) as request_count,
        sum(retry_count) as retry_count,
        max(succeeded_at) as last_succeeded_at
    from attempts
    group by system_id, direction, sync_date

)

select
    sums.system_id || ':' || sums.direction || ':' || cast(sums.sync_date as varchar)
        as sync_health_id,
    sums.system_id,
    sums.direction,
    sums.sync_date,
    sums.attempted_count,
    cast(sums.succeeded_count as bigint) as succeeded_count,
    cast(sums.first_attempt_count as bigint) as first_attempt_count,
    cast(sums.failed_count as bigint) as failed_count,
    cast(sums.in_doubt_count as bigint) as in_doubt_count,
    {{ ratio_of('sums.succeeded_count', 'sums.attempted_count') }} as success_ratio,
    {{ ratio_of('sums.first_attempt_count', 'sums.attempted_count') }} as first_attempt_ratio,
    {{ ratio_of('sums.failed_count', 'sums.attempted_count') }} as failed_ratio,
    cast(sums.record_count as bigint) as record_count,
    cast(sums.quarantined_count as bigint) as quarantined_count,
    cast(sums.request_count as bigint) as request_count,
    cast(sums.retry_count as bigint) as retry_count,
    sums.last_succeeded_at,
    {{ as_of() }} as as_of_at
from sums
