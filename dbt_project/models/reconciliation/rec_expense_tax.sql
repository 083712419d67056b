{# state of the tax, and the reason where somebody must act #}
{% set reasons_of = {
    'blocked': 'TAX_EVIDENCE_MISSING', 'no_rule': 'TAX_RULE_MISSING',
    'ambiguous': 'TAX_RULE_MISSING', 'implausible': 'TAX_IMPLAUSIBLE'
} %}
-- Gross = net + recoverable + non-recoverable of each approved expense with tax. What lacks
-- evidence or a rule is blocked for recovery; it is reimbursed all the same.
with

taxed as (

    select
        entries.*,
        taxes.tax_rule_id,
        taxes.resolved_tax_code,
        items.tax_amount as transaction_tax_amount,
        upper(items.country_code) as expense_country_code,
        entities.country_code as entity_country_code,
        {{ local_date('entries.approved_at', 'entities.time_zone') }} as approved_date,
        {{ local_date(as_of(), 'entities.time_zone') }} as as_of_date,
        case entries.tax_status
            when 'blocked' then entries.blocked_tax_amount_functional
            else entries.nonrecoverable_tax_amount_functional
        end as lost_tax_amount,
        case entries.tax_status
            {% for status, reason in reasons_of.items() %}
                when '{{ status }}' then '{{ reason }}'
            {% endfor %}
        end as tax_reason_code
    from {{ ref('fct_entries') }} as entries
    inner join {{ ref('int_expense_taxes') }} as taxes
        on
            entries.entry_id = taxes.entry_id
            and entries.source_version = taxes.source_version
    inner join {{ ref('fct_expense_items') }} as items on entries.entry_id = items.entry_id
    left join {{ ref('dim_legal_entities') }} as entities
        on entries.legal_entity_id = entities.legal_entity_id
    where entries.is_effective and entries.tax_status != 'no_tax'

)

select
    taxed.entry_id,
    taxed.legal_entity_id,
    taxed.worker_id,
    taxed.client_id,
    taxed.project_id,
    taxed.expense_type,
    taxed.work_date,
    taxed.accounting_period_id,
    taxed.approved_at,
    taxed.known_at,
    {{ as_of() }} as as_of_at,
    taxed.is_company_paid,
    taxed.expense_country_code as country_code,
    taxed.tax_rule_id,
    taxed.resolved_tax_code as tax_code,
    taxed.tax_status,
    case
        when taxed.tax_status not in ('recoverable', 'blocked') then 'none'
        when taxed.expense_country_code = taxed.entity_country_code then 'domestic'
        else 'foreign_claim'
    end as recovery_route,
    taxed.transaction_tax_amount,
    taxed.transaction_currency_code,
    taxed.expense_gross_amount_functional,
    cast(
        taxed.expense_gross_amount_functional - taxed.recoverable_tax_amount_functional
        - taxed.nonrecoverable_tax_amount_functional as decimal(18, 4)
    ) as net_amount_functional,
    taxed.recoverable_tax_amount_functional,
    taxed.nonrecoverable_tax_amount_functional,
    taxed.blocked_tax_amount_functional,
    taxed.functional_currency_code,
    taxed.reimbursable_amount,
    taxed.cost_currency_code as reimbursement_currency_code,
    case
        when taxed.tax_reason_code is null then cast(0 as decimal(18, 4))
        else {{ functional_to_reporting('taxed.lost_tax_amount', 'taxed') }}
    end as amount_at_risk_reporting,
    taxed.tax_reason_code as reason_code,
    reasons.owner_role,
    {{ days_between('taxed.approved_date', 'taxed.as_of_date') }} as aging_days,
    {{ aging_bucket(days_between('taxed.approved_date', 'taxed.as_of_date')) }} as aging_bucket,
    {{ exception_id('reasons.stage', 'taxed.entry_id', 'taxed.tax_reason_code') }} as exception_id
from taxed
left join {{ ref('dim_reasons') }} as reasons on taxed.tax_reason_code = reasons.reason_code
