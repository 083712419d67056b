-- An entry that changed after it was billed: credit and bill again, bill the difference, or keep it
-- with a write-up or write-down. It leaves when nothing is billed on what went away, when nothing
-- is left to bill or credit, or when somebody approved or released it.
{% set columns = [
    'billed_entry_change_id', 'entry_id', 'correlation_id', 'legal_entity_id', 'client_id',
    'project_id', 'work_date', 'accounting_period_id', 'source_version', 'changed_at',
    'last_invoice_date', 'change_kind', 'contract_currency_code', 'known_at'
] %}
with

billings as (

    select
        item_lines.entry_id,
        item_lines.project_id,
        item_lines.contract_currency_code,
        sum(billed.billed_amount_contract + billed.discount_amount_contract) as billed_amount,
        sum(
            case
                when not item_lines.is_standing
                    then billed.billed_amount_contract + billed.discount_amount_contract
                else 0
            end
        ) as carried_amount,
        max(billed.invoice_date) as last_invoice_date
    from {{ ref('fct_billing_allocations') }} as billed
    inner join {{ ref('rec_standing_lines') }} as item_lines
        on billed.posting_line_id = item_lines.posting_line_id
    where billed.is_issued and item_lines.entry_id is not null
    group by item_lines.entry_id, item_lines.project_id, item_lines.contract_currency_code

),

corrections as (

    select
        entry_id,
        max(case leg when 'bill' then 1 else 0 end) = 1 as has_bill_gap
    from {{ ref('rec_adjusted_not_reclassified') }}
    group by entry_id

),

open_items as (

    select
        entry_id,
        project_id,
        max(case when released_on is null and approved_on is null then 1 else 0 end) = 1
            as needs_decision
    from {{ ref('rec_chargeable_postings') }}
    where remaining_amount_contract != 0
    group by entry_id, project_id

),

compared as (

    select
        billings.entry_id || ':' || billings.project_id || ':'
        || coalesce(billings.contract_currency_code, 'unknown') as billed_entry_change_id,
        billings.entry_id,
        billings.project_id,
        billings.contract_currency_code,
        billings.billed_amount,
        billings.last_invoice_date,
        entries.correlation_id,
        entries.legal_entity_id,
        entries.client_id,
        entries.work_date,
        entries.accounting_period_id,
        entries.source_version,
        coalesce(entries.source_updated_at, entries.known_at) as changed_at,
        entries.known_at,
        entries.functional_currency_code,
        entries.reporting_currency_code,
        entries.fx_rate_contract_to_functional,
        entries.fx_rate_functional_to_reporting,
        case
            when entries.is_effective and entries.project_id = billings.project_id
                then coalesce(entries.bill_amount_contract, 0)
            else 0
        end as current_amount,
        case
            when not coalesce(entries.is_effective, false) then 'withdrawn'
            when entries.project_id != billings.project_id then 'project_changed'
            when corrections.has_bill_gap then 'value_changed'
            when billings.carried_amount != 0 and open_items.needs_decision then 'reposted'
        end as change_kind
    from billings
    left join {{ ref('fct_entries') }} as entries on billings.entry_id = entries.entry_id
    left join corrections on billings.entry_id = corrections.entry_id
    left join open_items
        on billings.entry_id = open_items.entry_id and billings.project_id = open_items.project_id
    where billings.billed_amount != 0

)

select
    {% for column in columns %}
        compared.{{ column }},
    {% endfor %}
    cast(compared.billed_amount as decimal(18, 4)) as billed_amount_contract,
    cast(compared.current_amount as decimal(18, 4)) as current_amount_contract,
    {% for sides in ['billed_amount - current_amount', 'current_amount - billed_amount'] %}
        cast(greatest(compared.{{ sides | replace('- ', '- compared.') }}, 0) as decimal(18, 4))
            as {{ 'amount_to_credit' if loop.first else 'amount_to_bill' }},
    {% endfor %}
    {{ to_reporting('abs(compared.billed_amount - compared.current_amount)', 'compared') }}
        as amount_at_risk_reporting,
    reasons.reason_code,
    reasons.owner_role,
    {{ exception_id('reasons.stage', 'compared.billed_entry_change_id', 'reasons.reason_code') }}
        as exception_id,
    {{ as_of() }} as as_of_at
from compared
left join {{ ref('dim_reasons') }} as reasons on reasons.reason_code = 'BILLED_ENTRY_CHANGED'
where compared.change_kind is not null
