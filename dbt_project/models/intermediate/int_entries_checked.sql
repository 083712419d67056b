-- The first failed precondition of an effective entry; the order of the list decides.
with

target_workers as (

    select distinct

        source_system,

        worker_id
    from {{ ref('dim_worker_identities') }}
    where is_active

)

select
    entries.*,  -- noqa: AM04
    case
        when not entries.is_effective then cast(null as varchar)
        when not fact_owners.is_record then 'NOT_SYSTEM_OF_RECORD'
        when entries.worker_id = {{ unknown_member() }} then 'WORKER_UNMAPPED'
        when entries.project_id = {{ unknown_member() }} then 'PROJECT_UNMAPPED'
        when entries.target is null then 'ROUTE_MISSING'
        when
            entries.work_date > {{ local_date(as_of(), "coalesce(entities.time_zone, 'UTC')") }}
            then 'FUTURE_DATED'
        when entries.work_date > workers.terminated_date then 'WORKER_TERMINATED'
        when not projects.is_active_in_psa then 'PROJECT_CLOSED'
        when not assigned.is_assigned then 'ASSIGNMENT_MISSING'
        when
            targets.knows_projects
            and not coalesce(target_projects.is_active, false)
            then 'PROJECT_INACTIVE'
        when
            targets.knows_workers
            and target_workers.worker_id is null
            then 'WORKER_NOT_IN_ERP'
        when
            entries.is_billable
            and entries.contract_currency_code != entries.project_currency_code
            then 'CURRENCY_MISMATCH'
        when entries.is_contract_line_ambiguous then 'CONTRACT_LINE_AMBIGUOUS'
        when entries.is_rate_ambiguous then 'RATE_AMBIGUOUS'
        when entries.is_rate_missing then 'RATE_MISSING'
        when entries.is_fx_missing then 'FX_MISSING'
        when
            (
                entries.entry_type = 'time'
                and targets.vendor not in ({{ vendors_accounting_for_time() }})
                and not coalesce(
                    account_sets.has_labour_accounts
                    and (entries.bill_amount = 0 or account_sets.has_revenue_accounts),
                    false
                )
            )
            or (
                entries.entry_type = 'expense'
                and targets.vendor not in ({{ file_vendors() }})
                -- recoverable tax needs an account of its own in the posting, which has none yet
                and not coalesce(
                    account_sets.has_expense_accounts
                    and coalesce(entries.recoverable_tax_amount, 0) = 0,
                    false
                )
            )
            then 'ACCOUNT_UNMAPPED'
        when entries.posting_accounting_date is null then 'PERIOD_CLOSED'
    end as reason_code
from {{ ref('int_entries_priced') }} as entries
left join {{ ref('dim_workers') }} as workers
    on entries.worker_id = workers.worker_id
left join {{ ref('dim_projects') }} as projects
    on entries.project_id = projects.project_id
left join {{ ref('int_targets') }} as targets on entries.target = targets.source_system
left join {{ ref('int_target_projects') }} as target_projects
    on
        entries.target = target_projects.source_system
        and entries.project_id = target_projects.project_id
left join target_workers
    on
        entries.target = target_workers.source_system
        and entries.worker_id = target_workers.worker_id
left join {{ ref('int_assigned_days') }} as assigned
    on
        entries.source_system = assigned.source_system
        and {{ key_when("entries.entry_type = 'time'", 'entries.worker_id') }}
        = assigned.worker_id
        and entries.project_id = assigned.project_id
        and entries.work_date = assigned.work_date
left join {{ ref('int_target_accounts') }} as account_sets
    on
        entries.legal_entity_id = account_sets.legal_entity_id
        and entries.target = account_sets.target
left join {{ ref('int_fact_owners') }} as fact_owners
    on
        entries.source_system = fact_owners.source_system
        and entries.legal_entity_id = fact_owners.legal_entity_id
        and entries.entry_type = fact_owners.entry_type
        and entries.work_date = fact_owners.work_date
left join {{ ref('dim_legal_entities') }} as entities
    on entries.legal_entity_id = entities.legal_entity_id
