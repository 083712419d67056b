-- Lines of one entry version, leg and round, in the order they were posted: a version that was
-- taken back and posted again under the next round's key repeats nothing. The first posting counts,
-- later ones repeat it. Reversals cancel the repetitions first, from the last one back, and the
-- first posting at the end.
with

erp_lines as (

    select
        *,
        {{ posting_key_round('posting_key') }} as posting_round
    from {{ ref('int_erp_lines_matched') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by entry_id, manifest_key, source_version, posting_round, leg, is_reversal
            order by posted_at asc nulls last, erp_system asc, {{ natural_order('erp_line_id') }}
        ) as line_rank,
        row_number() over (
            partition by erp_system, external_id
            order by posted_at asc nulls last, {{ natural_order('erp_line_id') }}
        ) as external_id_rank,
        first_value(posting_line_id) over (
            partition by entry_id, manifest_key, source_version, posting_round, leg, is_reversal
            order by posted_at asc nulls last, erp_system asc, {{ natural_order('erp_line_id') }}
        ) as first_posting_line_id,
        sum(case when is_reversal then 0 else 1 end) over (
            partition by entry_id, manifest_key, source_version, posting_round, leg
        ) as posting_count,
        sum(case when is_reversal then 1 else 0 end) over (
            partition by entry_id, manifest_key, source_version, posting_round, leg
        ) as reversal_count
    from erp_lines

)

select
    *,  -- noqa: AM04
    case
        -- where nothing was posted, every line is a reversal
        when manifest_key is not null and posting_count = 0 then 'reversal_without_original'
        when manifest_key is not null then null
        when entry_id is null and posting_key is null and source_record_ref is null
            then case when is_manual then 'manual_journal' else 'foreign_integration' end
        when entry_id is null then 'unknown_source'
        when posting_count = 0 then 'reversal_without_original'
    end as orphan_class,
    case
        when is_reversal then line_rank != posting_count
        else line_rank > 1
    end as is_repeated,
    not is_reversal and reversal_count >= posting_count - line_rank + 1 as is_reversed
from ranked
