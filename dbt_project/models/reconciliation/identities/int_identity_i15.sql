with

entries as (

    select
        entry_id,
        legal_entity_id,
        accounting_period_id
    from {{ ref('fct_entries') }}

),

-- hours of each sink and of cost from the facts; cost of billable work alone against bill
facts as (

    select
        'payroll hours' as measure,
        entry_id,
        hours as sink_hours,
        cast(0 as decimal(18, 4)) as cost_hours
    from {{ ref('fct_payroll_lines') }}
    union all
    select
        'payroll hours' as measure,
        entry_id,
        cast(0 as decimal(18, 4)) as sink_hours,
        hours as cost_hours
    from {{ ref('fct_posting_shares') }}
    union all
    select
        'bill hours' as measure,
        entry_id,
        case when is_billable then hours else 0 end as sink_hours,
        case when is_billable_version then hours else 0 end as cost_hours
    from {{ ref('fct_posting_shares') }}

),

sides as (

    select
        facts.measure,
        entries.legal_entity_id,
        entries.accounting_period_id,
        facts.sink_hours as left_hours,
        facts.cost_hours as right_hours
    from facts
    left join entries on facts.entry_id = entries.entry_id
    union all
    -- what the mart says about it: a difference, or hours that only one of the two is to have
    select
        'payroll hours' as measure,
        legal_entity_id,
        accounting_period_id,
        case
            when payroll_hours is null then coalesce(cost_hours, 0)
            when cost_hours is null then -approved_hours - payroll_difference_hours
            else -payroll_difference_hours
        end as left_hours,
        cast(0 as decimal(18, 4)) as right_hours
    from {{ ref('rec_cross_sink') }}
    union all
    select
        'bill hours' as measure,
        legal_entity_id,
        accounting_period_id,
        -bill_difference_hours as left_hours,
        cast(0 as decimal(18, 4)) as right_hours
    from {{ ref('rec_cross_sink') }}

)

select
    'I15' as identity_id,
    coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    coalesce(accounting_period_id, 'none') as accounting_period_id,
    measure,
    'none' as currency_code,
    cast(sum(left_hours) as decimal(18, 4)) as left_amount,
    cast(sum(right_hours) as decimal(18, 4)) as right_amount
from sides
group by
    coalesce(legal_entity_id, {{ unknown_member() }}),
    coalesce(accounting_period_id, 'none'),
    measure
