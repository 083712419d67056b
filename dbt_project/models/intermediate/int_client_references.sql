-- Ids that appear in facts or projects: an id without a master record must stay visible.
with

mentions as (

    select distinct

        source_system,

        source_client_id
    from {{ ref('int_time_entries_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select distinct
        source_system,
        source_client_id
    from {{ ref('int_expense_items_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select distinct
        source_system,
        source_client_id
    from {{ ref('int_projects_unioned') }}
    where known_at <= {{ as_of() }}

)

select distinct
    source_system,
    source_client_id
from mentions
where source_client_id is not null
