-- Time entries, expenses and assignments are read once for every id that they mention.
with

mentions as (

    select
        source_system,
        source_worker_id,
        source_client_id,
        source_project_id,
        bill_currency_code
    from {{ ref('int_time_entries_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select
        source_system,
        source_worker_id,
        source_client_id,
        source_project_id,
        cast(null as varchar) as bill_currency_code
    from {{ ref('int_expense_items_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select
        source_system,
        source_worker_id,
        cast(null as varchar) as source_client_id,
        source_project_id,
        cast(null as varchar) as bill_currency_code
    from {{ ref('int_assignments_unioned') }}
    where known_at <= {{ as_of() }}

)

select distinct
    source_system,
    source_worker_id,
    source_client_id,
    source_project_id,
    bill_currency_code
from mentions
