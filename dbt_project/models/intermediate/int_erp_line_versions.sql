-- The version that a line posted: the one of its key; for a reference without version, or a
-- version we never saw, the newest that existed when the line was posted, else the first.
with

erp_lines as (

    select
        posting_line_id,
        entry_id,
        key_version,
        posted_at
    from {{ ref('int_erp_lines_keyed') }}
    where entry_id is not null

),

versions as (

    select
        entry_id,
        source_version,
        existed_at
    from {{ ref('int_entry_versions') }}

),

exact as (

    select
        erp_lines.posting_line_id,
        erp_lines.entry_id,
        versions.source_version
    from erp_lines
    inner join versions
        on
            erp_lines.entry_id = versions.entry_id
            and erp_lines.key_version = versions.source_version

),

candidates as (

    select
        erp_lines.posting_line_id,
        erp_lines.entry_id,
        erp_lines.key_version,
        versions.source_version,
        coalesce(versions.existed_at <= erp_lines.posted_at, false) as existed
    from erp_lines
    inner join versions on erp_lines.entry_id = versions.entry_id
    left join exact on erp_lines.posting_line_id = exact.posting_line_id
    where exact.posting_line_id is null

),

inferred as (

    select
        *,
        row_number() over (
            partition by posting_line_id
            order by
                case when existed then 0 else 1 end asc,
                case when existed then source_version else 0 - source_version end desc
        ) as version_rank
    from candidates

)

select
    posting_line_id,
    entry_id,
    source_version,
    source_version as described_version
from exact
union all
select
    posting_line_id,
    entry_id,
    coalesce(key_version, source_version) as source_version,
    source_version as described_version
from inferred
where version_rank = 1
