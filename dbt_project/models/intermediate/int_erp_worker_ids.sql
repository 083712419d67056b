-- A worker with two active ids in one ERP must not double its lines: the lower id is taken.
select
    source_system as target, -- noqa: RF04
    worker_id,
    min(source_worker_id) as erp_worker_id
from {{ ref('dim_worker_identities') }}
where worker_id is not null and is_active
group by source_system, worker_id
