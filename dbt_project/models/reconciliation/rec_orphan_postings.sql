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
        upper(postings.class_detail) as reason_code
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
    where postings.line_class = 'orphan'

)

select
    lines.posting_line_id,
    lines.erp_system,
    lines.erp_line_id,
    lines.external_id,
    lines.entry_id,
    lines.source_system,
    lines.source_record_id,
    lines.source_version,
    lines.class_detail as class, -- noqa: RF04
    lines.record_type,
    lines.memo,
    lines.created_by,
    lines.legal_entity_id,
    lines.worker_id,
    lines.client_id,
    lines.project_id,
    lines.work_date,
    lines.work_period_id,
    lines.accounting_date,
    lines.accounting_period_id,
    coalesce(lines.is_late_entry, false) as is_late_entry,
    lines.posted_at,
    lines.known_at,
    {{ as_of() }} as as_of_at,
    lines.hours,
    lines.cost_amount_functional,
    lines.functional_currency_code,
    lines.bill_amount_contract,
    lines.contract_currency_code,
    lines.amount,
    lines.currency_code,
    case
        when lines.bill_amount_contract != 0
            then {{ to_reporting('abs(lines.amount)', 'lines') }}
        else {{ functional_to_reporting('abs(lines.amount)', 'lines') }}
    end as amount_at_risk_reporting,
    lines.reason_code,
    reasons.owner_role,
    lines.aging_days,
    {{ aging_bucket('lines.aging_days') }} as aging_bucket,
    {{ exception_id('reasons.stage', 'lines.posting_line_id', 'lines.reason_code') }}
        as exception_id
from lines
left join {{ ref('dim_reasons') }} as reasons on lines.reason_code = reasons.reason_code
