-- A decision that an approver took speaks before what a version shows: the n-th approval of an
-- entry that its versions show is dropped where n approvals were taken.
with

decisions as (

    select * from {{ ref('int_decision_events') }}

),

decision_counts as (

    select
        entry_id,
        event,
        count(*) as decision_count
    from decisions
    group by entry_id, event

),

workers as (

    select * from {{ ref('dim_worker_identities') }}

)

select
    events.entry_id,
    events.event,
    'version' as origin,
    events.source_system,
    cast(events.source_version as varchar) as origin_id,
    events.source_version,
    events.order_in_version,
    events.event_at,
    events.is_stated,
    workers.worker_id as actor_worker_id,
    events.known_at
from {{ ref('int_version_events') }} as events
left join decision_counts
    on events.entry_id = decision_counts.entry_id and events.event = decision_counts.event
left join workers
    on
        events.source_system = workers.source_system
        and events.actor_source_id = workers.source_worker_id
where coalesce(events.occurrence > decision_counts.decision_count, true)
union all
select
    entry_id,
    event,
    'decision' as origin,
    source_system,
    approval_event_id as origin_id,
    cast(0 as bigint) as source_version,
    case event when 'submitted' then 2 when 'rejected' then 3 else 4 end as order_in_version,
    event_at,
    true as is_stated,
    actor_worker_id,
    known_at
from decisions
