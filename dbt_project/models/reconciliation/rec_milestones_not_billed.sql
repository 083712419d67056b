-- A milestone is billed by invoice lines, never by hours: accepted and not fully invoiced.
{% set columns = [
    'milestone_id', 'milestone_name', 'contract_line_id', 'contract_id', 'legal_entity_id',
    'client_id', 'project_id', 'planned_date', 'accepted_date', 'milestone_amount_contract',
    'contract_currency_code', 'reporting_currency_code', 'has_draft_invoice', 'aging_days',
    'known_at', 'reason_code'
] %}

with

billed as (

    select
        milestone_id,
        sum(case when is_issued then line_amount_contract else 0 end) as billed_amount,
        max(case when invoice_status = 'draft' then 1 else 0 end) = 1 as has_draft_invoice,
        max(case when invoice_status = 'post_failed' then 1 else 0 end) = 1 as has_failed_invoice
    from {{ ref('fct_invoice_lines') }}
    group by milestone_id

),

milestones as (

    select
        milestones.*,
        coalesce(billed.billed_amount, 0) as billed_amount,
        milestones.milestone_amount_contract - coalesce(billed.billed_amount, 0)
            as remaining_amount,
        coalesce(billed.has_draft_invoice, false) as has_draft_invoice,
        billed.has_failed_invoice,
        entities.functional_currency_code,
        entities.reporting_currency_code,
        entities.erp_system,
        {{ days_between(
            'milestones.accepted_date', local_date(as_of(), 'entities.time_zone')
        ) }} as aging_days
    from {{ ref('fct_milestones') }} as milestones
    left join billed on milestones.milestone_id = billed.milestone_id
    left join {{ ref('dim_legal_entities') }} as entities
        on milestones.legal_entity_id = entities.legal_entity_id
    where
        milestones.milestone_status = 'accepted'
        and milestones.milestone_amount_contract > coalesce(billed.billed_amount, 0)

),

-- the newest spot rates up to the acceptance
rates as (

    {% for name, from_currency, to_currency in [
        ('contract_to_functional', 'contract_currency_code', 'functional_currency_code'),
        ('functional_to_reporting', 'functional_currency_code', 'reporting_currency_code')
    ] %}
        select
            milestones.milestone_id,
            '{{ name }}' as rate_name,
            fx_rates.fx_rate,
            row_number() over (
                partition by milestones.milestone_id
                order by fx_rates.rate_date desc
            ) as rate_rank
        from milestones
        inner join {{ ref('dim_fx_rates') }} as fx_rates
            on
                milestones.erp_system = fx_rates.erp_system
                and milestones.{{ from_currency }} = fx_rates.from_currency_code
                and milestones.{{ to_currency }} = fx_rates.to_currency_code
                and milestones.accepted_date >= fx_rates.rate_date
                and fx_rates.rate_type = 'spot'
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

translated as (

    select
        milestones.*, -- noqa: AM04
        case
            when milestones.contract_currency_code = milestones.functional_currency_code then 1
            else contract_rates.fx_rate
        end as fx_rate_contract_to_functional,
        reporting_rates.fx_rate as fx_rate_functional_to_reporting,
        case
            when milestones.has_failed_invoice then 'INVOICE_POST_FAILED'
            when milestones.has_draft_invoice then 'ON_HOLD'
            else 'MILESTONE_NOT_BILLED'
        end as reason_code
    from milestones
    left join rates as contract_rates
        on
            milestones.milestone_id = contract_rates.milestone_id
            and contract_rates.rate_name = 'contract_to_functional'
            and contract_rates.rate_rank = 1
    left join rates as reporting_rates
        on
            milestones.milestone_id = reporting_rates.milestone_id
            and reporting_rates.rate_name = 'functional_to_reporting'
            and reporting_rates.rate_rank = 1

)

select
    {% for column in columns %}
        translated.{{ column }},
    {% endfor %}
    {{ month_id('translated.accepted_date') }} as accounting_period_id,
    cast(translated.billed_amount as decimal(18, 4)) as billed_amount_contract,
    cast(translated.remaining_amount as decimal(18, 4)) as remaining_amount_contract,
    {{ to_reporting('translated.remaining_amount', 'translated') }} as amount_at_risk_reporting,
    reasons.owner_role,
    {{ aging_bucket('translated.aging_days') }} as aging_bucket,
    {{ exception_id('reasons.stage', 'translated.milestone_id', 'translated.reason_code') }}
        as exception_id,
    {{ as_of() }} as as_of_at
from translated
left join {{ ref('dim_reasons') }} as reasons on translated.reason_code = reasons.reason_code
