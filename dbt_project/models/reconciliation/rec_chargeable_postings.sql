{# what the item brings along #}
{% set item_columns = [
    'posting_line_id', 'external_id', 'entry_id', 'entry_type', 'source_system',
    'source_record_id', 'source_version', 'correlation_id', 'erp_system', 'erp_line_id',
    'legal_entity_id', 'worker_id', 'client_id', 'project_id', 'contract_id',
    'contract_line_id', 'line_type', 'billing_model', 'work_date', 'work_period_id',
    'accounting_date', 'accounting_period_id', 'is_late_entry', 'posted_at', 'known_at', 'hours',
    'billed_hours', 'cost_amount_functional', 'functional_currency_code', 'bill_amount_contract',
    'billed_amount_contract', 'discount_amount_contract', 'written_off_amount_contract',
    'written_up_amount_contract', 'over_credited_amount_contract', 'carried_amount_contract',
    'remaining_amount_contract', 'contract_currency_code'
] %}

select
    {% for column in item_columns %}
        items.{{ column }},
    {% endfor %}
    {{ to_reporting('items.remaining_amount_contract', 'items') }} as remaining_amount_reporting,
    items.reporting_currency_code,
    items.fx_rate_contract_to_functional,
    items.fx_rate_functional_to_reporting,
    covered.cap_amount_contract,
    covered.cap_room_after,
    covered.covered_hours,
    covered.covered_amount_contract,
    admissions.within_cap_amount_contract,
    admissions.over_cap_amount_contract,
    {{ to_reporting('admissions.over_cap_amount_contract', 'items') }}
        as over_cap_amount_reporting,
    admissions.expected_discount_amount_contract,
    admissions.net_admitted_amount_contract,
    admissions.contract_line_cap_id,
    admissions.contract_line_nte_status,
    admissions.project_cap_id,
    admissions.project_nte_status,
    admissions.contract_cap_id,
    admissions.contract_nte_status,
    admissions.nte_status,
    items.has_draft_invoice,
    items.has_failed_invoice,
    items.released_on,
    items.approved_on,
    items.needs_billing_approval,
    items.is_rate_unresolved,
    {{ as_of() }} as as_of_at
from {{ ref('rec_billing_items') }} as items
inner join {{ ref('rec_covered_items') }} as covered
    on items.posting_line_id = covered.posting_line_id
inner join {{ ref('rec_cap_admissions') }} as admissions
    on items.posting_line_id = admissions.posting_line_id
