-- Ids that appear in facts: an id without a master record must stay visible.
with

mentions as (

    select
        source_system,
        source_worker_id
    from {{ ref('int_entry_mentions') }}
    union all
    select
        source_system,
        source_worker_id
    from {{ ref('int_erp_line_mentions') }}

)

select distinct
    source_system,
    source_worker_id
from mentions
where source_worker_id is not null
