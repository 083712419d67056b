-- From when until when a line stood posted in its ERP, and the entry that it posts there. A
-- reversal posts no entry by itself: it needs an original beside it.
with

versions as (

    select
        source_system || ':' || erp_line_id as posting_line_id,
        coalesce(key_entry_id, source_record_ref) as named_entry_id,
        is_deleted or not coalesce(is_posted, true) as is_gone,
        known_at,
        -- a version counts until any newer one is known, whichever arrived first
        min(known_at) over (
            partition by source_system, erp_line_id
            order by source_version desc nulls last, known_at desc
            rows between unbounded preceding and 1 preceding
        ) as replaced_at
    from {{ ref('int_erp_lines_unioned') }}
    where known_at <= {{ as_of() }} and not coalesce(is_reversal, false)

),

-- what the matching says of lines that still stand
matched as (

    select
        posting_line_id,
        entry_id
    from {{ ref('fct_posting_shares') }}
    where not is_reversal
    union all
    select
        posting_line_id,
        entry_id
    from {{ ref('fct_erp_postings') }}
    where line_class = 'duplicate' and not is_reversal

),

standing as (

    select distinct
        posting_line_id,
        entry_id
    from matched
    where entry_id is not null

)

select
    {{ surrogate_key(['versions.posting_line_id', 'standing.entry_id', 'versions.known_at']) }}
        as erp_line_span_id,
    versions.posting_line_id,
    coalesce(standing.entry_id, versions.named_entry_id) as entry_id,
    versions.known_at as known_from,
    versions.replaced_at as known_to
from versions
left join standing on versions.posting_line_id = standing.posting_line_id
where
    not versions.is_gone
    and coalesce(versions.known_at < versions.replaced_at, true)
    and coalesce(standing.entry_id, versions.named_entry_id) is not null
