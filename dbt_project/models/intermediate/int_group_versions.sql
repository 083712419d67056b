-- Versions of entries that go out in lines of several entries, each with its group. What is always
-- kept apart comes first; then the dimensions that the firm asked for.
{% set always = [
    'versions.target', 'versions.entry_type', 'versions.legal_entity_id',
    'versions.accounting_period_id', 'versions.functional_currency_code',
    'versions.contract_currency_code', 'versions.is_billable', 'versions.client_id',
    'versions.contract_id', 'versions.contract_line_id', 'versions.worker_id',
    'versions.project_id'
] %}
with

located as (

    select
        entry_id,
        source_version,
        posting_grain
    from {{ ref('int_entries_located') }}
    where posting_grain != 'entry'

),

spanned as (

    select
        versions.entry_id,
        versions.source_version,
        versions.is_newest,
        located.posting_grain,
        {{ surrogate_key(always) }} as kept_apart,
        case
            when located.posting_grain like '%day%'
                then cast(versions.work_date as varchar)
            when located.posting_grain like '%week%'
                then cast({{ week_start('versions.work_date') }} as varchar)
        end as day_or_week,
        case
            when located.posting_grain like '%task'
                then coalesce(versions.task_id, versions.task_name)
        end as task_key
    from {{ ref('fct_entry_versions') }} as versions
    inner join located
        on
            versions.entry_id = located.entry_id
            and versions.source_version = located.source_version
    where versions.target is not null

),

named as (

    select
        entry_id,
        source_version,
        is_newest,
        posting_grain || '.'
        || {{ surrogate_key(['kept_apart', 'day_or_week', 'task_key']) }} as group_record_id
    from spanned

)

select
    *, -- noqa: AM04
    'group:' || group_record_id as group_id
from named
