-- Ids that appear in facts: an id without a master record must stay visible.
with

mentions as (

    select
        source_system,
        source_client_id
    from {{ ref('int_entry_mentions') }}
    union all
    select
        source_system,
        source_client_id
    from {{ ref('int_projects_unioned') }}
    where known_at <= {{ as_of() }}
    union all
    select
        source_system,
        source_client_id
    from {{ ref('int_contracts_known') }}
    union all
    select
        source_system,
        source_client_id
    from {{ ref('int_invoices_known') }}

)

select distinct
    source_system,
    source_client_id
from mentions
where source_client_id is not null
