-- Harvest states neither the currency of an entry nor which of its two hours count: the currency is
-- its client's, the hours are chosen by the system's option. Both are taken as they were known when
-- the entry version became known, so that a report as of K never changes.
with

entries as (

    select * from {{ ref('stg_harvest__entry_versions') }}

),

client_spans as (

    select
        source_system,
        source_client_id,
        currency_code,
        known_at,
        coalesce(
            lead(known_at) over (
                partition by source_system, source_client_id
                order by known_at, source_version
            ), cast('9999-12-31' as timestamp)
        ) as next_known_at
    from {{ ref('stg_harvest__clients') }}

),

option_spans as (

    select
        source_system,
        hours_option,
        known_at,
        coalesce(
            lead(known_at) over (
                partition by source_system
                order by known_at, source_version
            ), cast('9999-12-31' as timestamp)
        ) as next_known_at
    from {{ ref('stg_harvest__accounts') }}

)

select
    entries.source_system,
    entries.source_record_id,
    entries.source_version,
    entries.known_at,
    entries.is_deleted,
    entries.source_created_at,
    entries.source_updated_at,
    entries.source_worker_id,
    entries.source_client_id,
    entries.source_project_id,
    entries.source_task_id,
    entries.task_name,
    entries.work_date,
    case
        when option_spans.hours_option = 'hours' then entries.hours_unrounded
        else entries.hours_rounded
    end as hours,
    entries.approval_status,
    entries.raw_status,
    cast(null as timestamp) as approved_at,
    cast(null as varchar) as approver_source_id,
    cast(null as timestamp) as submitted_at,
    cast(null as varchar) as labour_category,
    entries.is_billable,
    entries.bill_rate,
    client_spans.currency_code as bill_currency_code,
    entries.cost_rate,
    cast(null as varchar) as cost_currency_code,
    cast(null as varchar) as legal_entity_id,
    entries.source_invoice_id,
    entries.notes
from entries
left join client_spans
    on
        entries.source_system = client_spans.source_system
        and entries.source_client_id = client_spans.source_client_id
        and entries.known_at >= client_spans.known_at
        and entries.known_at < client_spans.next_known_at
left join option_spans
    on
        entries.source_system = option_spans.source_system
        and entries.known_at >= option_spans.known_at
        and entries.known_at < option_spans.next_known_at
