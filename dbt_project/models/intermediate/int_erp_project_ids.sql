-- A project with two active ids in one ERP must not double its lines: the lower id is taken.
select
    source_system as target, -- noqa: RF04
    project_id,
    min(source_project_id) as erp_project_id
from {{ ref('dim_project_identities') }}
where project_id is not null and is_active
group by source_system, project_id
