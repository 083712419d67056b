{% set groups = [
    'legal_entity_id', 'client_id', 'project_id', 'accounting_period_id', 'contract_currency_code'
] %}

with

-- the part of each invoice that was paid, never more than all of it; nobody pays a credit note
invoices as (

    select
        invoice_key,
        case
            when payable_amount_contract > 0 then {{ money_div(
                'least(greatest(paid_amount_contract, 0), payable_amount_contract)',
                'payable_amount_contract', 10, 4, 4
            ) }}
            when payable_amount_contract <= 0 then 0
        end as paid_share
    from {{ ref('fct_invoices') }}
    where is_issued

),

-- what an allocation bills is net of its discount
billings as (

    select
        allocations.entry_id,
        sum(allocations.billed_amount_contract) as billed_amount,
        sum({{ multiply('allocations.billed_amount_contract', 'invoices.paid_share', 4, 10) }})
            as collected_amount,
        max(case when invoices.paid_share is null then 1 else 0 end) as untold
    from {{ ref('fct_billing_allocations') }} as allocations
    left join invoices on allocations.invoice_key = invoices.invoice_key
    where allocations.is_issued
    group by allocations.entry_id

),

worked as (

    select
        entries.legal_entity_id,
        entries.client_id,
        entries.project_id,
        entries.accounting_period_id,
        entries.contract_currency_code,
        entries.hours,
        entries.bill_amount_contract as standard_amount,
        coalesce(billings.billed_amount, 0) as billed_amount,
        coalesce(billings.collected_amount, 0) as collected_amount,
        coalesce(billings.untold, 0) as untold
    from {{ ref('fct_entries') }} as entries
    left join {{ ref('dim_projects') }} as projects on entries.project_id = projects.project_id
    left join billings on entries.entry_id = billings.entry_id
    where
        entries.entry_type = 'time'
        and entries.is_effective
        and {{ is_billed_by_the_hour('entries', 'projects') }}

),

sums as (

    select
        {{ groups | join(', ') }},
        sum(hours) as billable_hours,
        sum(standard_amount) as standard_amount,
        sum(billed_amount) as billed_amount,
        case
            when max(untold) = 0
                then {{ round_to_currency('sum(collected_amount)', 'contract_currency_code') }}
        end as collected_amount
    from worked
    group by {{ groups | join(', ') }}

)

select
    {{ surrogate_key(groups) }} as realization_id,
    {% for column in groups %}
        sums.{{ column }},
    {% endfor %}
    cast(sums.billable_hours as decimal(18, 4)) as billable_hours,
    cast(sums.standard_amount as decimal(18, 4)) as standard_amount_contract,
    cast(sums.billed_amount as decimal(18, 4)) as billed_net_amount_contract,
    cast(sums.collected_amount as decimal(18, 4)) as collected_amount_contract,
    {{ ratio_of('sums.billed_amount', 'sums.standard_amount') }} as billing_realization_ratio,
    {{ ratio_of('sums.collected_amount', 'sums.billed_amount') }} as collection_ratio,
    {{ ratio_of('sums.collected_amount', 'sums.standard_amount') }} as overall_realization_ratio,
    {{ as_of() }} as as_of_at
from sums
