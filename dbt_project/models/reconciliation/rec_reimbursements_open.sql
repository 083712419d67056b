with

-- what is owed and what was paid, one below the other: without a join nothing can be dropped
sides as (

    select
        entry_id,
        legal_entity_id,
        coalesce(cost_currency_code, functional_currency_code, 'unknown') as currency_code,
        reimbursable_amount as approved_amount,
        cast(0 as decimal(18, 4)) as paid_amount,
        cast(null as date) as paid_date
    from {{ ref('fct_entries') }}
    where entry_type = 'expense' and is_effective
    union all
    select
        coalesce(
            payments.entry_id, payments.source_system || ':' || payments.source_entry_id
        ) as entry_id,
        coalesce(entries.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        payments.currency_code,
        cast(0 as decimal(18, 4)) as approved_amount,
        payments.reimbursed_amount as paid_amount,
        payments.paid_date
    from {{ ref('fct_reimbursements') }} as payments
    left join {{ ref('fct_entries') }} as entries on payments.entry_id = entries.entry_id

),

sums as (

    select
        entry_id,
        legal_entity_id,
        currency_code,
        sum(approved_amount) as approved_amount,
        sum(paid_amount) as paid_amount,
        max(paid_date) as paid_date
    from sides
    group by entry_id, legal_entity_id, currency_code
    having sum(approved_amount) != sum(paid_amount)

),

described as (

    select
        sums.*,
        entries.source_version,
        entries.source_system,
        entries.source_record_id,
        entries.correlation_id,
        entries.worker_id,
        entries.project_id,
        entries.expense_type,
        entries.work_date,
        entries.accounting_period_id,
        entries.approved_at,
        entries.known_at,
        case
            when entries.entry_id is null then 'unknown_entry'
            when sums.approved_amount = 0 then 'paid_not_approved'
            when sums.paid_amount = 0 then 'unpaid'
            when sums.paid_amount < sums.approved_amount then 'partly_paid'
            else 'overpaid'
        end as sub_status,
        {{ days_between(
            local_date('entries.approved_at', 'entities.time_zone'),
            local_date(as_of(), 'entities.time_zone')
        ) }} as aging_days
    from sums
    left join {{ ref('fct_entries') }} as entries on sums.entry_id = entries.entry_id
    left join {{ ref('dim_legal_entities') }} as entities
        on sums.legal_entity_id = entities.legal_entity_id

)

select
    {{ surrogate_key([
        'described.entry_id', 'described.legal_entity_id', 'described.currency_code'
    ]) }} as reimbursement_open_id,
    described.entry_id,
    described.source_system,
    described.source_record_id,
    described.source_version,
    described.correlation_id,
    described.legal_entity_id,
    described.worker_id,
    described.project_id,
    described.expense_type,
    described.work_date,
    described.accounting_period_id,
    described.approved_at,
    described.known_at,
    described.currency_code,
    cast(described.approved_amount as decimal(18, 4)) as approved_amount,
    cast(described.paid_amount as decimal(18, 4)) as paid_amount,
    cast(described.approved_amount - described.paid_amount as decimal(18, 4)) as open_amount,
    described.paid_date,
    described.sub_status,
    case described.sub_status when 'paid_not_approved' then 'REIMBURSED_UNVALIDATED' end
        as reason_code,
    reasons.owner_role,
    described.aging_days,
    {{ aging_bucket('described.aging_days') }} as aging_bucket,
    {{ as_of() }} as as_of_at
from described
left join {{ ref('dim_reasons') }} as reasons
    on
        described.sub_status = 'paid_not_approved'
        and reasons.reason_code = 'REIMBURSED_UNVALIDATED'
