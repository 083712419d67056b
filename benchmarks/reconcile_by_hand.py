"""The joins of the reconciliation marts as a person would write them, for `bench_reconcile`.

Here: whole rows, one query for each table (`BY_HAND`), and six figures of a row in one query over
the same texts (`OF_HAND`). Not here: building, timing and comparing.
"""

# each row with all that the joined tables say of it
BY_HAND = {
    "owed": """
        select entries.*, projects.billing_model, workers.worker_name
        from canonical.fct_entries as entries
        anti join canonical.fct_posting_shares as posted on entries.entry_id = posted.entry_id
        left join canonical.dim_projects as projects on entries.project_id = projects.project_id
        left join canonical.dim_workers as workers on entries.worker_id = workers.worker_id
        where entries.is_effective
    """,
    "gaps": """
        with shares as (
            select entry_id, legal_entity_id, worker_id, project_id, work_period_id,
                functional_currency_code as currency_code, sum(hours) as hours,
                sum(cost_amount_functional) as amount, 'cost' as leg
            from canonical.fct_posting_shares group by all
            union all
            select entry_id, legal_entity_id, worker_id, project_id, work_period_id,
                contract_currency_code, 0, sum(bill_amount_contract), 'bill'
            from canonical.fct_posting_shares group by all
        ),
        approved as (
            select entry_id, legal_entity_id, worker_id, project_id,
                accounting_period_id as work_period_id,
                functional_currency_code as currency_code, hours,
                cost_amount_functional as amount, 'cost' as leg
            from canonical.fct_entries where is_effective
            union all
            select entry_id, legal_entity_id, worker_id, project_id, accounting_period_id,
                contract_currency_code, 0, bill_amount_contract, 'bill'
            from canonical.fct_entries where is_effective
        )
        select entry_id, legal_entity_id, worker_id, project_id, work_period_id, currency_code,
            leg, approved.hours as approved_hours, shares.hours as posted_hours,
            approved.amount as approved_amount, shares.amount as posted_amount
        from (
            select * from approved semi join canonical.fct_posting_shares as posted
            on approved.entry_id = posted.entry_id
        ) as approved
        full join shares using (
            entry_id, legal_entity_id, worker_id, project_id, work_period_id, currency_code, leg
        )
        where coalesce(approved.amount, 0) != coalesce(shares.amount, 0)
            or coalesce(approved.hours, 0) != coalesce(shares.hours, 0)
    """,
    "strays": "select * from canonical.fct_erp_postings where line_class != 'matched'",
    "unbilled": """
        with billed as (
            select posting_line_id, sum(billed_amount_contract) as amount
            from canonical.fct_billing_allocations where is_issued group by all
        )
        select lines.*, projects.* exclude (
                project_id, client_id, legal_entity_id, contract_currency_code, is_billable,
                source_system, known_at
            ),
            workers.worker_name, workers.cost_center_code as worker_cost_center_code,
            coalesce(billed.amount, 0) as billed_amount_contract,
            lines.bill_amount_contract - coalesce(billed.amount, 0) as remaining_amount_contract
        from canonical.fct_erp_postings as lines
        left join billed using (posting_line_id)
        left join canonical.dim_projects as projects using (project_id)
        left join canonical.dim_workers as workers using (worker_id)
        where lines.line_class = 'matched' and not lines.is_reversal and not lines.is_reversed
            and lines.is_billable and lines.bill_amount_contract != coalesce(billed.amount, 0)
            and coalesce(projects.billing_model, '') not in ('internal', 'fixed_fee')
    """,
}
OF_HAND = """
select 'owed' as mart, entry_id as item, legal_entity_id, hours, cost_amount_functional as cost,
    bill_amount_contract as bill
from ({owed})
union all
select 'gap', entry_id, legal_entity_id, coalesce(approved_hours, 0) - coalesce(posted_hours, 0),
    case leg when 'cost' then coalesce(approved_amount, 0) - coalesce(posted_amount, 0) else 0 end,
    case leg when 'bill' then coalesce(approved_amount, 0) - coalesce(posted_amount, 0) else 0 end
from ({gaps})
union all
select line_class, posting_line_id, legal_entity_id, hours, cost_amount_functional,
    bill_amount_contract
from ({strays})
union all
select 'unbilled', posting_line_id, legal_entity_id, hours, cost_amount_functional,
    remaining_amount_contract
from ({unbilled})
"""
