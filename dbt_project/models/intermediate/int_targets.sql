-- What can be asked of a destination: an ERP with an API knows its projects and workers, and so
-- does one read from files that list them. Of other files nothing is asked.
with

systems as (

    select distinct

        source_system,

        vendor
    from {{ ref('stg_tieout__system_roles') }}

),

project_lists as (

    select distinct source_system from {{ ref('int_projects_unioned') }}
    where known_at <= {{ as_of() }}

),

worker_lists as (

    select distinct source_system from {{ ref('int_workers_unioned') }}
    where known_at <= {{ as_of() }}

)

select
    systems.source_system,
    systems.vendor,
    systems.vendor not in ({{ file_vendors() }}) or project_lists.source_system is not null
        as knows_projects,
    systems.vendor not in ({{ file_vendors() }}) or worker_lists.source_system is not null
        as knows_workers
from systems
left join project_lists on systems.source_system = project_lists.source_system
left join worker_lists on systems.source_system = worker_lists.source_system
