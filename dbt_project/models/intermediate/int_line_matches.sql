-- Every line that does not name its one entry, with the entry versions that it stands for and what
-- is stated or known of each. An entry nobody knows gets no share: it stays in the line's variance.
with

erp_lines as (

    select * from {{ ref('int_erp_lines_ranked') }}
    where entry_id is null

),

manifests as (

    select * from {{ ref('int_posting_manifests') }}

),

members as (

    select
        erp_lines.posting_line_id,
        manifests.entry_id,
        manifests.source_version,
        erp_lines.leg,
        'manifest:' || erp_lines.posting_line_id as match_group_id,
        3 as match_tier,
        'manifest' as match_method,
        manifests.hours as stated_hours,
        manifests.cost_amount_functional as stated_cost,
        manifests.bill_amount_contract as stated_bill
    from erp_lines
    inner join manifests
        on
            erp_lines.manifest_key = manifests.manifest_key
            and erp_lines.erp_system = coalesce(manifests.erp_system, erp_lines.erp_system)
    where erp_lines.orphan_class is null and not erp_lines.is_repeated
    union all
    select
        posting_line_id,
        entry_id,
        source_version,
        leg,
        match_group_id,
        2 as match_tier,
        'composite' as match_method,
        cast(null as decimal(18, 4)) as stated_hours,
        cast(null as decimal(18, 4)) as stated_cost,
        cast(null as decimal(18, 4)) as stated_bill
    from {{ ref('int_exact_matches') }}
    union all
    select
        posting_line_id,
        entry_id,
        source_version,
        leg,
        match_group_id,
        match_tier,
        case match_tier when 3 then 'group' else 'tolerance' end as match_method,
        cast(null as decimal(18, 4)) as stated_hours,
        cast(null as decimal(18, 4)) as stated_cost,
        cast(null as decimal(18, 4)) as stated_bill
    from {{ ref('int_group_matches') }}
    union all
    select
        posting_line_id,
        entry_id,
        source_version,
        leg,
        'manual:' || manual_match_id as match_group_id,
        5 as match_tier,
        'manual' as match_method,
        hours as stated_hours,
        cost_amount_functional as stated_cost,
        bill_amount_contract as stated_bill
    from {{ ref('int_manual_matches') }}
    where reason_code is null

),

ranked as (

    select
        members.match_group_id,
        members.posting_line_id,
        members.leg,
        members.match_tier,
        members.match_method,
        members.stated_hours,
        members.stated_cost,
        members.stated_bill,
        members.source_version as matched_version,
        versions.*,
        row_number() over (
            partition by
                members.match_group_id, members.posting_line_id, members.entry_id,
                members.source_version
            order by
                case when members.source_version = versions.source_version then 0 else 1 end asc,
                case when versions.is_newest then 0 else 1 end asc
        ) as version_rank
    from members
    inner join {{ ref('int_priced_versions') }} as versions on members.entry_id = versions.entry_id

)

select * from ranked  -- noqa: AM04
where version_rank = 1
