-- Every posted line is matched, duplicate or orphan, and nothing else. A line that stands for
-- several entries names none of them; its shares do.
with

erp_lines as (

    select
        *,
        coalesce(work_date, shared_work_date) as line_work_date
    from {{ ref('int_erp_lines_classed') }}

),

accounting_dates as (

    select * from {{ ref('int_accounting_dates') }}

),

booked_periods as (

    select * from {{ ref('dim_accounting_periods') }}

)

select
    erp_lines.posting_line_id,
    erp_lines.erp_system,
    erp_lines.erp_line_id,
    erp_lines.external_id,
    erp_lines.posting_key,
    coalesce(erp_lines.entry_id, erp_lines.shared_entry_id) as entry_id,
    {% for column, shared in [
        ('source_system', 'system'), ('source_record_id', 'record_id'), ('source_version', 'version')
    ] %}
        coalesce(
            erp_lines.{{ column }},
            case when erp_lines.shared_entry_id is not null then erp_lines.shared_{{ shared }} end
        ) as {{ column }},
    {% endfor %}
    erp_lines.leg,
    erp_lines.is_reversal,
    case
        when erp_lines.is_reversal
            then {{ reversed_external_id('erp_lines.external_id', 'erp_lines.posting_key') }}
    end as reverses_external_id,
    erp_lines.is_reversed,
    erp_lines.record_type,
    erp_lines.memo,
    erp_lines.created_by,
    erp_lines.legal_entity_id,
    erp_lines.worker_id,
    erp_lines.client_id,
    erp_lines.project_id,
    erp_lines.line_work_date as work_date,
    case
        when erp_lines.line_class = 'orphan' then erp_lines.accounting_period_id
        else coalesce(
            accounting_dates.work_period_id, {{ month_id('erp_lines.line_work_date') }},
            erp_lines.accounting_period_id
        )
    end as work_period_id,
    erp_lines.accounting_date,
    erp_lines.accounting_period_id,
    erp_lines.line_class != 'orphan' and coalesce(
        booked_periods.start_date > accounting_dates.work_period_start_date,
        erp_lines.accounting_date > accounting_dates.work_period_end_date,
        false
    ) as is_late_entry,
    erp_lines.posted_at,
    erp_lines.is_billable or erp_lines.is_billable_by_shares as is_billable,
    erp_lines.hours,
    erp_lines.cost_amount_functional,
    erp_lines.functional_currency_code,
    erp_lines.bill_amount_contract,
    erp_lines.contract_currency_code,
    erp_lines.line_class,
    case
        when erp_lines.line_class = 'orphan' then erp_lines.orphan_detail
        when
            erp_lines.line_class = 'duplicate'
            and erp_lines.external_id is not null
            and erp_lines.external_id_rank > 1
            then 'same_external_id'
        when erp_lines.line_class = 'duplicate' then 'same_entry_version'
        when erp_lines.match_method is not null then erp_lines.match_method
        when erp_lines.posting_key is not null then 'external_id'
        else 'source_reference'
    end as class_detail,
    cast(case when erp_lines.line_class = 'matched' then erp_lines.match_tier end as integer)
        as match_tier,
    case when erp_lines.line_class = 'matched' then erp_lines.share_count else 0 end as share_count,
    {% for measure in ['hours', 'cost_amount_functional', 'bill_amount_contract'] %}
        cast(erp_lines.variance_{{ measure }} as decimal(18, 4)) as variance_{{ measure }},
    {% endfor %}
    case
        when erp_lines.line_class = 'duplicate' and not erp_lines.is_reversal
            then coalesce(erp_lines.first_line_id, erp_lines.first_posting_line_id)
    end as duplicate_of_posting_line_id,
    erp_lines.known_at
from erp_lines
left join accounting_dates
    on
        erp_lines.legal_entity_id = accounting_dates.legal_entity_id
        and erp_lines.line_work_date = accounting_dates.fact_date
left join booked_periods
    on
        erp_lines.legal_entity_id = booked_periods.legal_entity_id
        and erp_lines.accounting_period_id = booked_periods.accounting_period_id
