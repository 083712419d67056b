{# metric, definition, version, numerator, denominator, calendar, and whether it is the base #}
{% set definitions = [
    ('utilization', 'billable', 1, 'billable hours approved',
        'working capacity less time off and holidays', 'week, Monday to Sunday', true),
    ('utilization', 'billable_including_time_off', 1, 'billable hours approved',
        'working capacity, time off and holidays included', 'week, Monday to Sunday', false),
    ('utilization', 'productive', 1, 'hours approved on other than internal projects',
        'working capacity less time off and holidays', 'week, Monday to Sunday', false),
    ('utilization', 'billable_of_recorded', 1, 'billable hours approved',
        'all hours approved', 'week, Monday to Sunday', false),
    ('first_pass_billing', 'hours', 1,
        'hours billed on the first invoice run in which they were due, unchanged and not credited',
        'billable hours approved in the month', 'month of approval, local', true),
    ('realization', 'billing', 1, 'billed less discounts', 'standard value of billable hours',
        'accounting period of the work', true),
    ('realization', 'collection', 1, 'collected', 'billed less discounts',
        'accounting period of the work', false),
    ('margin', 'project', 1,
        'net revenue less direct labour, subcontract and unrebilled expense', 'net revenue',
        'accounting period of the work', true),
    ('leakage', 'billable_value', 1, 'billable value that will not be billed',
        'billable value worked', 'accounting period of the work', true),
    ('lock_up', 'days', 1, 'unbilled and unpaid value, times 90',
        'invoiced less discounts in the last 90 days', '90 calendar days until K', true),
    ('sync_success', 'final', 1, 'attempts that succeeded in the end', 'attempts', 'day (UTC)', true),
    ('sync_success', 'first_attempt', 1, 'attempts that succeeded at once', 'attempts',
        'day (UTC)', false),
    ('auto_match', 'lines', 1, 'ERP lines matched at tier 0 to 2', 'ERP lines',
        'accounting period of the line', true),
    ('manual_intervention', 'lines', 1, 'lines touched by hand', 'lines',
        'accounting period of the line', true)
] %}

{% for metric, definition, version, numerator, denominator, calendar, is_base in definitions %}
    select
        '{{ metric }}:{{ definition }}:v{{ version }}' as metric_definition_id,
        '{{ metric }}' as metric,
        '{{ definition }}' as definition_name,
        {{ version }} as definition_version,
        '{{ numerator }}' as numerator,
        '{{ denominator }}' as denominator,
        '{{ calendar }}' as calendar,
        {{ is_base | lower }} as is_base
    {% if not loop.last %}union all{% endif %}
{% endfor %}
