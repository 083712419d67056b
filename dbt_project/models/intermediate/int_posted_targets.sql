-- What is in an ERP is corrected there: the destination of an entry is the ERP that holds its
-- first line, whatever the rules say of its day by now. Of an entry that our ledger planned, the
-- plan speaks.
with

planned_entries as (

    select distinct entry_id from {{ ref('int_planned_targets') }}

),

ranked as (

    select
        coalesce(key_entry_id, source_record_ref) as entry_id,
        source_system,
        row_number() over (
            partition by coalesce(key_entry_id, source_record_ref)
            order by
                posted_at asc nulls last,
                known_at asc,
                source_system asc,
                erp_line_id asc
        ) as line_rank
    from {{ ref('int_erp_lines_known') }}
    where not is_reversal and coalesce(key_entry_id, source_record_ref) is not null

)

select
    ranked.entry_id,
    ranked.source_system as target -- noqa: RF04
from ranked
left join planned_entries on ranked.entry_id = planned_entries.entry_id
where ranked.line_rank = 1 and planned_entries.entry_id is null
