{% set compared_hours = [
    ('due_payroll_hours', 'payroll_hours'), ('cost_hours', 'cost_hours'),
    ('bill_hours', 'bill_hours'), ('payroll_difference', 'payroll_difference_hours'),
    ('bill_difference', 'bill_difference_hours')
] %}
with

-- one below the other: without a join no sink can be dropped; null where a sink knows nothing
sinks as (
    select
        coalesce(entry_id, source_system || ':' || source_entry_id) as entry_id,
        hours as payroll_hours,
        cast(null as decimal(18, 4)) as cost_hours,
        cast(null as decimal(18, 4)) as bill_hours,
        cast(null as decimal(18, 4)) as billable_hours
    from {{ ref('fct_payroll_lines') }}
    union all
    select
        entry_id,
        cast(null as decimal(18, 4)) as payroll_hours,
        hours as cost_hours,
        case when is_billable then hours when is_billable_version then 0 end as bill_hours,
        case when is_billable_version then hours when is_billable then 0 end as billable_hours
    from {{ ref('fct_posting_shares') }}
),

sums as (
    select
        entry_id,
        sum(payroll_hours) as payroll_hours,
        sum(cost_hours) as cost_hours,
        sum(bill_hours) as bill_hours,
        sum(billable_hours) as billable_hours
    from sinks
    group by entry_id
),

-- payroll has come so far: later work is not due to be paid
reaches as (
    select
        paid.legal_entity_id,
        max(paid.work_date) as paid_until_date
    from {{ ref('fct_payroll_lines') }} as payroll_lines
    inner join {{ ref('fct_entries') }} as paid on payroll_lines.entry_id = paid.entry_id
    group by paid.legal_entity_id
),

-- the policy: which sinks an entry has
ruled as (
    select
        sums.*,
        entries.entry_type,
        coalesce(entries.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce(entries.accounting_period_id, 'none') as accounting_period_id,
        entries.work_date,
        entries.known_at,
        entries.hours as entry_hours,
        entries.cost_amount_reporting,
        case when entries.is_effective then entries.hours else 0 end as approved_hours,
        case
            when workers.worker_type = 'contractor' then sums.payroll_hours
            when entries.work_date <= reaches.paid_until_date then coalesce(sums.payroll_hours, 0)
            else sums.payroll_hours
        end as due_payroll_hours
    from sums
    left join {{ ref('fct_entries') }} as entries on sums.entry_id = entries.entry_id
    left join {{ ref('dim_workers') }} as workers on entries.worker_id = workers.worker_id
    left join reaches on entries.legal_entity_id = reaches.legal_entity_id
    where
        coalesce(entries.entry_type, 'time') = 'time'
        or sums.payroll_hours != 0
        or sums.cost_hours != 0
),

-- what is paid and not posted yet agrees with its approval; rec_approved_not_posted has it
compared as (
    select
        *,
        coalesce(due_payroll_hours - coalesce(cost_hours, approved_hours), 0)
            as payroll_difference,
        coalesce(bill_hours - billable_hours, 0) as bill_difference
    from ruled
),

judged as (
    select
        *,
        payroll_difference = 0 and bill_difference = 0 as is_consistent,
        case when payroll_difference != 0 or bill_difference != 0 then 'SINKS_DIFFER' end
            as reason_code,
        {{ days_between('work_date', 'cast(' ~ as_of() ~ ' as date)') }} as aging_days
    from compared
)

select
    judged.entry_id,
    judged.entry_type,
    judged.legal_entity_id,
    judged.accounting_period_id,
    judged.work_date,
    judged.known_at,
    {{ as_of() }} as as_of_at,
    cast(judged.approved_hours as decimal(18, 4)) as approved_hours,
    {% for found, name in compared_hours %}
        cast(judged.{{ found }} as decimal(18, 4)) as {{ name }},
    {% endfor %}
    judged.is_consistent,
    judged.reason_code,
    reasons.owner_role,
    cast({{ money_div(
        multiply(
            'judged.cost_amount_reporting',
            'greatest(abs(judged.payroll_difference), abs(judged.bill_difference))', 4, 4
        ), 'judged.entry_hours', 2, 8, 4
    ) }} as decimal(18, 4)) as amount_at_risk_reporting,
    judged.aging_days,
    {{ aging_bucket('judged.aging_days') }} as aging_bucket,
    {{ exception_id('reasons.stage', 'judged.entry_id', 'judged.reason_code') }} as exception_id
from judged
left join {{ ref('dim_reasons') }} as reasons on judged.reason_code = reasons.reason_code
