-- Rates that do not agree, and what a change of a card makes of time approved before it was known:
-- amount before and after per entry, to be looked at before the correction is released.
with

posted_entries as (

    select entry_id
    from {{ ref('fct_erp_postings') }}
    where line_class = 'matched'
    group by entry_id

),

dated as (

    select
        differences.*,
        entries.legal_entity_id,
        entries.worker_id,
        entries.client_id,
        entries.project_id,
        entries.contract_id,
        entries.contract_line_id,
        entries.work_date,
        entries.accounting_period_id,
        entries.approved_at,
        entries.known_at,
        entries.contract_currency_code,
        entries.functional_currency_code,
        entries.reporting_currency_code,
        entries.fx_rate_contract_to_functional,
        entries.fx_rate_functional_to_reporting,
        posted_entries.entry_id is not null as is_posted,
        {{ local_date('differences.changed_at', 'entities.time_zone') }} as changed_date,
        {{ local_date(as_of(), 'entities.time_zone') }} as as_of_date
    from {{ ref('int_rate_differences') }} as differences
    inner join {{ ref('fct_entries') }} as entries on differences.entry_id = entries.entry_id
    left join posted_entries on differences.entry_id = posted_entries.entry_id
    left join {{ ref('dim_legal_entities') }} as entities
        on entries.legal_entity_id = entities.legal_entity_id

)

select
    dated.rate_difference_id,
    dated.entry_id,
    dated.leg,
    dated.difference_type,
    dated.legal_entity_id,
    dated.worker_id,
    dated.client_id,
    dated.project_id,
    dated.contract_id,
    dated.contract_line_id,
    dated.work_date,
    dated.accounting_period_id,
    dated.approved_at,
    dated.known_at,
    {{ as_of() }} as as_of_at,
    dated.hours,
    dated.rate_id,
    dated.is_card_in_force,
    dated.is_posted,
    dated.rate_before,
    dated.currency_before as currency_code_before,
    dated.rate_after,
    dated.currency_code,
    dated.amount_before,
    dated.amount_after,
    dated.amount_impact,
    dated.changed_at,
    case
        when dated.leg = 'cost' then cast(0 as decimal(18, 4))
        when dated.amount_impact is null then null
        when dated.currency_code = dated.contract_currency_code
            then {{ to_reporting('abs(dated.amount_impact)', 'dated') }}
    end as amount_at_risk_reporting,
    dated.reason_code,
    reasons.owner_role,
    {{ days_between('dated.changed_date', 'dated.as_of_date') }} as aging_days,
    {{ aging_bucket(days_between('dated.changed_date', 'dated.as_of_date')) }} as aging_bucket,
    {{ exception_id('reasons.stage', "dated.entry_id || ':' || dated.leg", 'dated.reason_code') }}
        as exception_id
from dated
left join {{ ref('dim_reasons') }} as reasons on dated.reason_code = reasons.reason_code
