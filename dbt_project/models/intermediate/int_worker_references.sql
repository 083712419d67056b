-- Ids that appear in facts: an id without a master record must stay visible.
with

mentions as (

    select distinct

        source_system,

        source_worker_id
    from {{ ref('int_time_entries_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select distinct
        source_system,
        source_worker_id
    from {{ ref('int_expense_items_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select distinct
        source_system,
        source_worker_id
    from {{ ref('int_assignments_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select distinct
        source_system,
        source_worker_id
    from {{ ref('int_erp_lines_unioned') }}
    where known_at <= {{ as_of() }}

)

select distinct
    source_system,
    source_worker_id
from mentions
where source_worker_id is not null
