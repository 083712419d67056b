-- Several records of one project (per subsidiary): one active record is enough to post.
select
    source_system,
    project_id,
    max(case when is_active then 1 else 0 end) = 1 as is_active
from {{ ref('dim_project_identities') }}
where project_id is not null
group by source_system, project_id
