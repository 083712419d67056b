-- What stands in an ERP under a posting key of ours: that a line stands the ERP says, what was sent
-- with it our ledger. Whatever is not plainly ours and as we left it is for people: so is a line
-- that the ledger does not remember (history that was loaded, a ledger that was lost).
{% set as_sent = [
    'legal_entity_id', 'worker_id', 'project_id', 'functional_currency_code',
    'contract_currency_code', 'hours', 'cost_amount_functional', 'bill_amount_contract',
    'is_billable', 'work_date'
] %}
with

erp_lines as (

    select
        *,
        coalesce(
            manifest_key is null
            and {{ posting_key_part('posting_key', 1) }} = (
                select max(firms.firm_id) from {{ ref('stg_tieout__firms') }} as firms
            )
            and {{ posting_key_part('posting_key', 2) }} = erp_system, false
        ) as is_ours
    from {{ ref('int_erp_lines_ranked') }}
    where entry_id is not null

),

-- entries that a line of others names or may mean, or that stand in an ERP twice
claims as (

    select entry_id from erp_lines
    where not is_ours or is_repeated or orphan_class is not null
    union all
    select line_shares.entry_id
    from {{ ref('int_line_shares') }} as line_shares
    left join {{ ref('int_group_lines') }} as group_lines
        on line_shares.posting_line_id = group_lines.posting_line_id
    where not coalesce(group_lines.is_reversed, false)
    union all
    select entry_id from {{ ref('int_match_candidates') }}
    where is_equal

),

disputed as (

    select distinct entry_id from claims

)

select
    erp_lines.posting_line_id,
    erp_lines.posting_key,
    erp_lines.erp_system as target, -- noqa: RF04
    erp_lines.entry_id,
    versions.entry_type,
    erp_lines.source_version,
    erp_lines.posting_round,
    erp_lines.is_reversed,
    disputed.entry_id is not null
    or versions.entry_id is null
    or images.entry_type is null
    or images.state in ('rejected', 'dead', 'void')
    or coalesce(images.hours != erp_lines.hours, false)
    or coalesce(images.cost_amount_functional != erp_lines.cost_amount_functional, false)
        as is_for_people,
    requested.posting_line_id is not null as is_requested,
    {% for column in as_sent %}
        coalesce(images.{{ column }}, erp_lines.{{ column }}) as {{ column }},
    {% endfor %}
    erp_lines.accounting_date,
    versions.accounting_period_id as work_period_id,
    versions.task_id,
    versions.cost_center_code,
    versions.labour_category,
    versions.is_billable as is_billable_version,
    true as has_same_members,
    true as has_same_values,
    false as has_blocked_member
from erp_lines
left join disputed on erp_lines.entry_id = disputed.entry_id
left join {{ ref('stg_tieout__planned_lines') }} as images
    on erp_lines.posting_key = images.posting_key and images.planned_at <= {{ as_of() }}
left join {{ ref('int_requested_lines') }} as requested
    on erp_lines.posting_line_id = requested.posting_line_id
left join {{ ref('fct_entry_versions') }} as versions
    on
        erp_lines.entry_id = versions.entry_id
        and erp_lines.source_version = versions.source_version
where erp_lines.is_ours and not erp_lines.is_reversal
union all
select
    group_lines.posting_line_id,
    group_lines.posting_key,
    group_lines.erp_system as target, -- noqa: RF04
    group_lines.group_id as entry_id,
    group_lines.entry_type,
    group_lines.source_version,
    group_lines.posting_round,
    group_lines.is_reversed,
    group_lines.is_for_people,
    requested.posting_line_id is not null as is_requested,
    {% for column in as_sent %}
        group_lines.{{ column }},
    {% endfor %}
    group_lines.accounting_date,
    group_lines.work_period_id,
    cast(null as varchar) as task_id,
    cast(null as varchar) as cost_center_code,
    cast(null as varchar) as labour_category,
    group_lines.is_billable as is_billable_version,
    coalesce(changes.has_same_members, false) as has_same_members,
    coalesce(changes.has_same_values, false) as has_same_values,
    group_lines.has_blocked_member
from {{ ref('int_group_lines') }} as group_lines
left join {{ ref('int_group_changes') }} as changes
    on group_lines.posting_key = changes.posting_key
left join {{ ref('int_requested_lines') }} as requested
    on group_lines.posting_line_id = requested.posting_line_id
