{# conversion, from, to, and the ERP whose rates say it where it is needed #}
{% set conversions = [
    ('contract_to_functional', 'contract_currency_code', 'functional_currency_code',
        'entries.erp_system'),
    ('cost_to_functional', 'cost_basis_currency_code', 'functional_currency_code',
        'entries.erp_system'),
    ('functional_to_contract', 'functional_currency_code', 'contract_currency_code',
        key_when("entries.entry_type = 'expense' or entries.is_cost_plus", 'entries.erp_system')),
    ('functional_to_reporting', 'functional_currency_code', 'reporting_currency_code',
        'entries.erp_system')
] %}
-- The spot rates of each version at its work date, with their kind and day; 1 within one currency,
-- null when none is known.
select
    entries.*,  -- noqa: AM04
    {% for conversion, source_currency, target_currency, erp_system in conversions %}
        case
            when entries.{{ source_currency }} = entries.{{ target_currency }} then 1
            else {{ conversion }}.fx_rate
        end as fx_rate_{{ conversion }},
        case
            when entries.{{ source_currency }} = entries.{{ target_currency }} then 'identity'
            else {{ conversion }}.rate_type
        end as fx_rate_type_{{ conversion }},
        case
            when entries.{{ source_currency }} = entries.{{ target_currency }}
                then entries.work_date
            else {{ conversion }}.rate_date
        end as fx_rate_date_{{ conversion }},
    {% endfor %}
    taxes.tax_rule_id,
    taxes.tax_status,
    taxes.recoverable_ratio,
    taxes.resolved_tax_code,
    coalesce(taxes.has_usable_tax, false) as has_usable_tax
from {{ ref('int_entries_rated') }} as entries
left join {{ ref('int_expense_taxes') }} as taxes
    on entries.entry_id = taxes.entry_id and entries.source_version = taxes.source_version
{% for conversion, source_currency, target_currency, erp_system in conversions %}
    left join {{ ref('int_fx_resolved') }} as {{ conversion }}
        on
            {{ erp_system }} = {{ conversion }}.erp_system
            and entries.{{ source_currency }} = {{ conversion }}.from_currency_code
            and entries.{{ target_currency }} = {{ conversion }}.to_currency_code
            and entries.work_date = {{ conversion }}.work_date
{% endfor %}
