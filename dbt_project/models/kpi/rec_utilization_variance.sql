with

bases as (

    select
        worker_id,
        week_start_date,
        metric_definition_id,
        utilization_ratio
    from {{ ref('kpi_utilization') }}
    where is_base

)

select
    measured.utilization_id as utilization_variance_id,
    measured.worker_id,
    measured.legal_entity_id,
    measured.week_start_date,
    measured.month_of_week,
    measured.metric_definition_id,
    measured.numerator_hours,
    measured.denominator_hours,
    measured.utilization_ratio,
    bases.metric_definition_id as base_metric_definition_id,
    bases.utilization_ratio as base_utilization_ratio,
    cast(measured.utilization_ratio - bases.utilization_ratio as decimal(18, 6))
        as utilization_variance,
    coalesce(
        measured.utilization_ratio != bases.utilization_ratio,
        coalesce(measured.utilization_ratio, bases.utilization_ratio) is not null
    ) as is_different,
    measured.as_of_at
from {{ ref('kpi_utilization') }} as measured
inner join bases
    on
        measured.worker_id = bases.worker_id
        and measured.week_start_date = bases.week_start_date
where not measured.is_base
