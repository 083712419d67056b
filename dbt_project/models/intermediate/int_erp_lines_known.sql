-- Drafts are no postings and a deleted line is none any more.
with

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, erp_line_id
            order by source_version desc nulls last
        ) as version_rank
    from {{ ref('int_erp_lines_unioned') }}
    where known_at <= {{ as_of() }}

)

select * from ranked  -- noqa: AM04
where version_rank = 1 and not is_deleted and coalesce(is_posted, true)
