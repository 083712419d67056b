{% set keys = ['cycle_name', 'entry_type', 'legal_entity_id', 'accounting_period_id'] %}
{% set groups = ['cycle_name', 'cycle_order'] + keys[1:] %}
{% set units = ['calendar_days', 'business_days'] %}
{% set percentiles = [('median', 50), ('p90', 90)] %}

with

-- finished and open items are ranked apart: an age is no duration
ranked as (

    select
        *,
        sum(weight) over (
            partition by {{ keys | join(', ') }}, item_status
        ) as total_weight,
        sum(weight) over (
            partition by {{ keys | join(', ') }}, item_status
            order by calendar_days asc, entry_id asc
            rows between unbounded preceding and current row
        ) as weight_up_to_calendar_days,
        sum(weight) over (
            partition by {{ keys | join(', ') }}, item_status
            order by business_days asc, entry_id asc
            rows between unbounded preceding and current row
        ) as weight_up_to_business_days
    from {{ ref('kpi_cycle_time_items') }}

),

sums as (

    select
        {{ keys | join(', ') }},
        min(cycle_order) as cycle_order,
        {% for item_status in ['completed', 'open'] %}
            sum(case when item_status = '{{ item_status }}' then 1 else 0 end)
                as {{ item_status }}_count,
            sum(case when item_status = '{{ item_status }}' then hours else 0 end)
                as {{ item_status }}_hours,
            {% for unit in units %}
                {% for percentile, percent in percentiles %}
                    min(
                        case
                            when
                                item_status = '{{ item_status }}'
                                and {{ reaches_percentile(
                                    'weight_up_to_' ~ unit, 'total_weight', percent
                                ) }}
                                then {{ unit }}
                        end
                    ) as {{ item_status }}_{{ percentile }}_{{ unit }},
                {% endfor %}
            {% endfor %}
        {% endfor %}
        sum(case when item_status = 'unmeasured' then 1 else 0 end) as unmeasured_count,
        max(case when is_censored then calendar_days end) as open_max_calendar_days
    from ranked
    group by {{ keys | join(', ') }}

)

select
    {{ surrogate_key(groups) }} as cycle_time_id,
    {% for column in groups %}
        sums.{{ column }},
    {% endfor %}
    {% for item_status in ['completed', 'open'] %}
        cast(sums.{{ item_status }}_count as bigint) as {{ item_status }}_count,
        cast(sums.{{ item_status }}_hours as decimal(18, 4)) as {{ item_status }}_hours,
        {% for unit in units %}
            {% for percentile, percent in percentiles %}
                sums.{{ item_status }}_{{ percentile }}_{{ unit }},
            {% endfor %}
        {% endfor %}
    {% endfor %}
    sums.open_max_calendar_days,
    cast(sums.unmeasured_count as bigint) as unmeasured_count,
    {{ as_of() }} as as_of_at
from sums
