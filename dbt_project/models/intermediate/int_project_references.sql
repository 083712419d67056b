-- Ids that appear in facts: an id without a master record must stay visible. The first mention
-- also lends its billing currency to projects that no system describes.
with

mentions as (

    select
        source_system,
        source_project_id,
        min(bill_currency_code) as bill_currency_code
    from {{ ref('int_time_entries_unioned') }}
    where known_at <= {{ as_of() }}
    group by source_system, source_project_id
    union all
    select distinct
        source_system,
        source_project_id,
        cast(null as varchar) as bill_currency_code
    from {{ ref('int_expense_items_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select distinct
        source_system,
        source_project_id,
        cast(null as varchar) as bill_currency_code
    from {{ ref('int_assignments_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select distinct
        source_system,
        source_project_id,
        cast(null as varchar) as bill_currency_code
    from {{ ref('int_erp_lines_unioned') }}
    where known_at <= {{ as_of() }}

)

select
    source_system,
    source_project_id,
    min(bill_currency_code) as bill_currency_code
from mentions
where source_project_id is not null
group by source_system, source_project_id
