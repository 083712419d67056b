select
    entries.entry_id,
    entries.entry_type,
    entries.is_effective,
    entries.target,
    entries.legal_entity_id,
    entries.worker_id,
    entries.project_id,
    entries.work_date,
    entries.accounting_period_id,
    entries.posting_accounting_date,
    entries.posting_accounting_period_id,
    entries.approved_at,
    entries.known_at,
    entries.hours,
    entries.cost_amount_functional,
    entries.functional_currency_code,
    entries.bill_amount_contract,
    entries.contract_currency_code,
    period_days.work_period_end_date,
    {{ local_date('entries.approved_at', 'entities.time_zone') }} as approved_date,
    {{ local_date(as_of(), 'entities.time_zone') }} as as_of_date,
    coalesce(
        {{ local_date('entries.approved_at', 'entities.time_zone') }}
        > period_days.work_period_end_date,
        false
    ) as is_approved_late
from {{ ref('fct_entries') }} as entries
left join {{ ref('dim_legal_entities') }} as entities
    on entries.legal_entity_id = entities.legal_entity_id
left join {{ ref('int_accounting_dates') }} as period_days
    on
        entries.legal_entity_id = period_days.legal_entity_id
        and entries.work_date = period_days.fact_date
