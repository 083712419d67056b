-- Every expense item that a source shows, whatever its state, is one entry: none lost, none twice.
{{ config(tags=['before_posting']) }}

with

sides as (

    select
        source_system,
        source_record_id,
        1 as source_count,
        0 as entry_count
    from {{ ref('int_expense_items_unioned') }}
    where known_at <= {{ as_of() }}
    group by source_system, source_record_id
    union all
    select
        source_system,
        source_record_id,
        0 as source_count,
        1 as entry_count
    from {{ ref('fct_entries') }}
    where entry_type = 'expense'

)

select
    source_system,
    source_record_id,
    sum(source_count) as source_count,
    sum(entry_count) as entry_count
from sides
group by source_system, source_record_id
having sum(source_count) != 1 or sum(entry_count) != 1
