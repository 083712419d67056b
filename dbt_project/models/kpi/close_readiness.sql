with

checks as (

    select distinct
        check_name,
        check_order,
        check_label,
        is_blocking
    from {{ ref('dim_close_checks') }}
    union all
    select
        'other_exceptions' as check_name,
        99 as check_order,
        'No other exception is open' as check_label,
        true as is_blocking

),

blockers as (

    select
        legal_entity_id,
        accounting_period_id,
        check_name,
        count(*) as blocker_count,
        sum(case when is_overdue then 1 else 0 end) as overdue_count,
        sum(amount_at_risk_reporting) as amount_at_risk_reporting,
        min(opened_at) as oldest_opened_at
    from {{ ref('close_blockers') }}
    group by legal_entity_id, accounting_period_id, check_name

),

-- every period that has begun, and whatever else something is open in
periods as (

    select
        periods.legal_entity_id,
        periods.accounting_period_id,
        max(
            case
                when periods.end_date >= {{ local_date(as_of(), 'entities.time_zone') }} then 1
                else 0
            end
        ) = 1 as is_running
    from {{ ref('dim_accounting_periods') }} as periods
    inner join {{ ref('dim_legal_entities') }} as entities
        on periods.legal_entity_id = entities.legal_entity_id
    where periods.start_date <= {{ local_date(as_of(), 'entities.time_zone') }}
    group by periods.legal_entity_id, periods.accounting_period_id

),

blocked_periods as (

    select
        legal_entity_id,
        accounting_period_id
    from blockers
    group by legal_entity_id, accounting_period_id

),

pairs as (

    select
        coalesce(periods.legal_entity_id, found.legal_entity_id) as legal_entity_id,
        coalesce(periods.accounting_period_id, found.accounting_period_id) as accounting_period_id,
        periods.is_running
    from periods
    full outer join blocked_periods as found
        on
            periods.legal_entity_id = found.legal_entity_id
            and periods.accounting_period_id = found.accounting_period_id

)

select
    pairs.legal_entity_id || ':' || pairs.accounting_period_id || ':' || checks.check_name
        as close_readiness_id,
    pairs.legal_entity_id,
    pairs.accounting_period_id,
    checks.check_name,
    checks.check_order,
    checks.check_label,
    checks.is_blocking,
    case
        when blockers.blocker_count > 0 and checks.is_blocking then 'blocked'
        when blockers.blocker_count > 0 then 'warning'
        when pairs.is_running then 'waiting'
        else 'passed'
    end as readiness,
    coalesce(blockers.blocker_count, 0) as blocker_count,
    cast(coalesce(blockers.overdue_count, 0) as bigint) as overdue_count,
    cast(coalesce(blockers.amount_at_risk_reporting, 0) as decimal(18, 4))
        as amount_at_risk_reporting,
    blockers.oldest_opened_at,
    {{ as_of() }} as as_of_at
from pairs
inner join checks on checks.check_name is not null
left join blockers
    on
        pairs.legal_entity_id = blockers.legal_entity_id
        and pairs.accounting_period_id = blockers.accounting_period_id
        and checks.check_name = blockers.check_name
