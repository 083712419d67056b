{# definition of dim_metric_definitions, its numerator and its denominator #}
{% set definitions = [
    ('billable', 'billable_hours', 'available_hours'),
    ('billable_including_time_off', 'billable_hours', 'capacity_hours'),
    ('productive', 'productive_hours', 'available_hours'),
    ('billable_of_recorded', 'billable_hours', 'recorded_hours')
] %}

with

measured as (

    {% for definition, numerator, denominator in definitions %}
        select
            '{{ definition }}' as definition_name,
            worker_id,
            legal_entity_id,
            week_start_date,
            month_of_week,
            {{ numerator }} as numerator_hours,
            {{ denominator }} as denominator_hours
        from {{ ref('kpi_worker_weeks') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    measured.worker_id || ':' || cast(measured.week_start_date as varchar) || ':'
    || definitions.metric_definition_id as utilization_id,
    definitions.metric_definition_id,
    measured.definition_name,
    definitions.is_base,
    measured.worker_id,
    measured.legal_entity_id,
    measured.week_start_date,
    measured.month_of_week,
    measured.numerator_hours,
    measured.denominator_hours,
    {{ ratio_of('measured.numerator_hours', 'measured.denominator_hours') }} as utilization_ratio,
    {{ as_of() }} as as_of_at
from measured
inner join {{ ref('dim_metric_definitions') }} as definitions
    on definitions.metric = 'utilization' and measured.definition_name = definitions.definition_name
