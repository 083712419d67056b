{# why hours did not pass #}
{% set failures = ['unbilled', 'changed', 'later_run', 'credited'] %}

with

sums as (

    select
        legal_entity_id,
        approval_month,
        is_mature,
        sum(hours) as billable_hours,
        sum(
            case when billing_outcome in ('first_pass', 'in_part') then billed_hours else 0 end
        ) as first_pass_hours,
        {% for failure in failures %}
            sum(case when billing_outcome = '{{ failure }}' then hours else 0 end)
                as {{ failure }}_hours,
        {% endfor %}
        sum(case when billing_outcome = 'in_part' then hours - billed_hours else 0 end)
            as rest_hours
    from {{ ref('kpi_first_pass_items') }}
    group by legal_entity_id, approval_month, is_mature

)

select
    sums.legal_entity_id || ':' || sums.approval_month as first_pass_billing_id,
    'first_pass_billing:hours:v1' as metric_definition_id,
    sums.legal_entity_id,
    sums.approval_month,
    sums.is_mature,
    cast(sums.billable_hours as decimal(18, 4)) as billable_hours,
    cast(sums.first_pass_hours as decimal(18, 4)) as first_pass_hours,
    cast(sums.unbilled_hours + sums.rest_hours as decimal(18, 4)) as unbilled_hours,
    cast(sums.changed_hours as decimal(18, 4)) as changed_hours,
    cast(sums.later_run_hours as decimal(18, 4)) as later_run_hours,
    cast(sums.credited_hours as decimal(18, 4)) as credited_hours,
    {{ ratio_of('sums.first_pass_hours', 'sums.billable_hours') }} as first_pass_ratio,
    {{ as_of() }} as as_of_at
from sums
