-- ERP lines are read once for every id and day that they mention.
select distinct
    source_system,
    source_worker_id,
    source_project_id,
    legal_entity_id,
    work_date,
    accounting_date
from {{ ref('int_erp_lines_unioned') }}
where known_at <= {{ as_of() }}
