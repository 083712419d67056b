-- Lines of project journals, and general journal lines that concern time and expenses: those in a
-- controlled cost account, whoever wrote them, and those of an integration.
with

journal_lines as (

    select * from {{ ref('stg_d365_fo__journal_lines') }}

),

controlled_accounts as (

    select distinct
        target,
        account_code
    from {{ ref('stg_tieout__account_mappings') }}
    where purpose in ('labour_cost', 'expense_cost')

)

select
    journal_lines.source_system,
    journal_lines.erp_line_id,
    journal_lines.source_version,
    journal_lines.known_at,
    journal_lines.is_deleted,
    journal_lines.record_type,
    journal_lines.external_id,
    journal_lines.memo,
    journal_lines.legal_entity_id,
    journal_lines.source_worker_id,
    journal_lines.source_project_id,
    journal_lines.work_date,
    journal_lines.accounting_date,
    journal_lines.accounting_period_id,
    -- F&O does not say when: at the latest when we first saw it posted
    case
        when journal_lines.is_posted
            then min(case when journal_lines.is_posted then journal_lines.known_at end) over (
                partition by journal_lines.source_system, journal_lines.erp_line_id
                order by journal_lines.source_version
                rows between unbounded preceding and current row
            )
    end as posted_at,
    journal_lines.is_posted,
    journal_lines.is_billable,
    journal_lines.hours,
    journal_lines.cost_amount_functional,
    journal_lines.functional_currency_code,
    cast(journal_lines.bill_amount as decimal(18, 4)) as bill_amount_contract,
    journal_lines.contract_currency_code,
    cast(null as varchar) as source_record_ref,
    cast(null as varchar) as created_by
from journal_lines
left join controlled_accounts
    on
        journal_lines.source_system = controlled_accounts.target
        and journal_lines.account_code = controlled_accounts.account_code
where
    journal_lines.record_type != 'general_journal_line'
    or journal_lines.external_id is not null
    or controlled_accounts.account_code is not null
