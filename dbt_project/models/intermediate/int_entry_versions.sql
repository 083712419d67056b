select
    entry_id,
    source_system,
    source_record_id,
    source_version,
    coalesce(source_updated_at, known_at) as existed_at,
    legal_entity_id,
    worker_id,
    client_id,
    project_id,
    work_date,
    is_billable,
    bill_currency_code
from {{ ref('fct_time_entry_versions') }}
union all
select
    entry_id,
    source_system,
    source_record_id,
    source_version,
    coalesce(source_updated_at, known_at) as existed_at,
    legal_entity_id,
    worker_id,
    client_id,
    project_id,
    work_date,
    is_billable,
    cast(null as varchar) as bill_currency_code
from {{ ref('int_expense_versions_resolved') }}
