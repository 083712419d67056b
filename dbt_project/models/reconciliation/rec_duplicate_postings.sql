with

lines as (

    select
        postings.*,
        entities.reporting_currency_code,
        case
            when postings.contract_currency_code = postings.functional_currency_code then 1
            else contract_rates.fx_rate
        end as fx_rate_contract_to_functional,
        reporting_rates.fx_rate as fx_rate_functional_to_reporting,
        case
            when postings.bill_amount_contract != 0 then postings.bill_amount_contract
            else postings.cost_amount_functional
        end as amount,
        case
            when postings.bill_amount_contract != 0 then postings.contract_currency_code
            else postings.functional_currency_code
        end as currency_code,
        {{ days_between(
            local_date('postings.posted_at', 'entities.time_zone'),
            local_date(as_of(), 'entities.time_zone')
        ) }} as aging_days,
        'DUPLICATE_POSTING' as reason_code
    from {{ ref('fct_erp_postings') }} as postings
    left join {{ ref('dim_legal_entities') }} as entities
        on postings.legal_entity_id = entities.legal_entity_id
    left join {{ ref('dim_fx_rates') }} as contract_rates
        on
            postings.erp_system = contract_rates.erp_system
            and postings.contract_currency_code = contract_rates.from_currency_code
            and postings.functional_currency_code = contract_rates.to_currency_code
            and postings.accounting_date = contract_rates.rate_date
            and contract_rates.rate_type = 'spot'
    left join {{ ref('dim_fx_rates') }} as reporting_rates
        on
            postings.erp_system = reporting_rates.erp_system
            and postings.functional_currency_code = reporting_rates.from_currency_code
            and entities.reporting_currency_code = reporting_rates.to_currency_code
            and postings.accounting_date = reporting_rates.rate_date
            and reporting_rates.rate_type = 'spot'
    where postings.line_class = 'duplicate'

),

-- a repetition that was reversed nets to nothing and is no duplicate any more
open_lines as (

    select
        lines.*,
        sum(lines.hours) over (
            partition by lines.entry_id, lines.source_version, lines.leg
        ) as net_hours,
        sum(lines.cost_amount_functional) over (
            partition by lines.entry_id, lines.source_version, lines.leg
        ) as net_cost,
        sum(lines.bill_amount_contract) over (
            partition by lines.entry_id, lines.source_version, lines.leg
        ) as net_bill
    from lines

)

select
    open_lines.posting_line_id,
    open_lines.erp_system,
    open_lines.erp_line_id,
    open_lines.external_id,
    open_lines.entry_id,
    open_lines.source_system,
    open_lines.source_record_id,
    open_lines.source_version,
    open_lines.duplicate_of_posting_line_id,
    open_lines.class_detail as class, -- noqa: RF04
    open_lines.record_type,
    open_lines.memo,
    open_lines.created_by,
    open_lines.legal_entity_id,
    open_lines.worker_id,
    open_lines.client_id,
    open_lines.project_id,
    open_lines.work_date,
    open_lines.work_period_id,
    open_lines.accounting_date,
    open_lines.accounting_period_id,
    coalesce(open_lines.is_late_entry, false) as is_late_entry,
    open_lines.posted_at,
    open_lines.known_at,
    {{ as_of() }} as as_of_at,
    open_lines.hours,
    open_lines.cost_amount_functional,
    open_lines.functional_currency_code,
    open_lines.bill_amount_contract,
    open_lines.contract_currency_code,
    open_lines.amount,
    open_lines.currency_code,
    case
        when open_lines.bill_amount_contract != 0
            then {{ to_reporting('abs(open_lines.amount)', 'open_lines') }}
        else {{ functional_to_reporting('abs(open_lines.amount)', 'open_lines') }}
    end as amount_at_risk_reporting,
    open_lines.reason_code,
    reasons.owner_role,
    open_lines.aging_days,
    {{ aging_bucket('open_lines.aging_days') }} as aging_bucket,
    {{ exception_id('reasons.stage', 'open_lines.posting_line_id', 'open_lines.reason_code') }}
        as exception_id
from open_lines
left join {{ ref('dim_reasons') }} as reasons on open_lines.reason_code = reasons.reason_code
where open_lines.net_hours != 0 or open_lines.net_cost != 0 or open_lines.net_bill != 0
