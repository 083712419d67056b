-- Decisions on a submission or report are decisions on each of its entries. Where somebody withdrew
-- what was handed in, nothing was decided.
with

decisions as (

    select * from {{ ref('fct_approval_events') }}
    where event in ('submitted', 'approved', 'rejected')

),

-- an entry that was handed in again belongs to both submissions
containers as (

    select distinct
        source_system,
        'submission' as source_grain,
        source_submission_id as container_id,
        source_system || ':' || source_record_id as entry_id
    from {{ ref('stg_kantata__time_entries') }}
    where source_submission_id is not null and known_at <= {{ as_of() }}
    union all
    select distinct
        source_system,
        'report' as source_grain,
        source_report_id as container_id,
        source_system || ':' || source_record_id as entry_id
    from {{ ref('int_expense_item_versions') }}
    where source_report_id is not null

)

select
    decisions.approval_event_id,
    coalesce(decisions.entry_id, containers.entry_id) as entry_id,
    decisions.source_system,
    decisions.event,
    decisions.event_at,
    decisions.actor_worker_id,
    decisions.known_at
from decisions
left join containers
    on
        decisions.source_system = containers.source_system
        and decisions.source_grain = containers.source_grain
        and decisions.source_record_id = containers.container_id
where decisions.entry_id is not null or containers.entry_id is not null
