-- Every line is matched, duplicate or orphan, with its reason. A repetition of a line that met no
-- entry is an orphan as that line is.
with

erp_lines as (

    select * from {{ ref('int_erp_lines_ranked') }}

),

shares as (

    select
        posting_line_id,
        count(*) as share_count,
        case when count(distinct entry_id) = 1 then max(entry_id) end as entry_id,
        max(source_version) as source_version,
        max(source_system) as source_system,
        max(source_record_id) as source_record_id,
        max(work_date) as work_date,
        max(case when is_billable then 1 else 0 end) = 1 as is_billable,
        max(match_tier) as match_tier,
        max(match_method) as match_method,
        sum(hours) as hours,
        sum(cost_amount_functional) as cost_amount_functional,
        sum(bill_amount_contract) as bill_amount_contract
    from {{ ref('int_line_shares') }}
    group by posting_line_id

),

-- the second of two lines under one external id, or of one manifest
repeats as (

    select
        open_lines.posting_line_id,
        open_lines.repeated_posting_line_id as first_line_id
    from {{ ref('int_open_lines') }} as open_lines
    inner join shares on open_lines.repeated_posting_line_id = shares.posting_line_id
    union all
    select
        erp_lines.posting_line_id,
        erp_lines.first_posting_line_id as first_line_id
    from erp_lines
    inner join shares on erp_lines.first_posting_line_id = shares.posting_line_id
    where erp_lines.manifest_key is not null and erp_lines.is_repeated

),

-- what our ledger held when the run began had a source once; what the run itself plans has one
ledger_entries as (

    select distinct entry_id
    from {{ ref('stg_tieout__planned_lines') }}
    where state != 'void' and planned_at <= {{ as_of() }}

)

select
    erp_lines.*, -- noqa: AM04
    shares.entry_id as shared_entry_id,
    shares.source_version as shared_version,
    shares.source_system as shared_system,
    shares.source_record_id as shared_record_id,
    shares.work_date as shared_work_date,
    coalesce(shares.is_billable, false) as is_billable_by_shares,
    shares.match_method,
    repeats.first_line_id,
    case
        when shares.posting_line_id is not null then shares.match_tier
        when erp_lines.orphan_class is not null or erp_lines.entry_id is null then null
        when erp_lines.posting_key is not null then 0
        else 1
    end as match_tier,
    coalesce(
        shares.share_count,
        case
            when erp_lines.orphan_class is null and erp_lines.entry_id is not null then 1 else 0
        end
    ) as share_count,
    {% for measure in ['hours', 'cost_amount_functional', 'bill_amount_contract'] %}
        coalesce(erp_lines.{{ measure }} - shares.{{ measure }}, 0) as variance_{{ measure }},
    {% endfor %}
    case
        when shares.posting_line_id is not null then 'matched'
        when repeats.posting_line_id is not null then 'duplicate'
        when erp_lines.orphan_class is not null or erp_lines.entry_id is null then 'orphan'
        when erp_lines.is_repeated then 'duplicate'
        else 'matched'
    end as line_class,
    case
        when erp_lines.orphan_class = 'reversal_without_original' then erp_lines.orphan_class
        when ledger_entries.entry_id is not null then 'source_deleted'
        else coalesce(erp_lines.orphan_class, 'unknown_source')
    end as orphan_detail
from erp_lines
left join shares on erp_lines.posting_line_id = shares.posting_line_id
left join repeats on erp_lines.posting_line_id = repeats.posting_line_id
left join ledger_entries
    on
        {{ key_when('erp_lines.entry_id is null', 'erp_lines.named_entry_id') }}
        = ledger_entries.entry_id
