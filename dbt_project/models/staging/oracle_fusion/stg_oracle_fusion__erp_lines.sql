-- Costed items, and the journal lines that concern time and expenses: those of an integration, and
-- those in a controlled cost account, whoever wrote them.
with

project_costs as (

    select * from {{ ref('stg_oracle_fusion__project_costs') }}

),

journal_lines as (

    select * from {{ ref('stg_oracle_fusion__journal_lines') }}

),

controlled_accounts as (

    select distinct
        target,
        account_code
    from {{ ref('stg_tieout__account_mappings') }}
    where purpose in ('labour_cost', 'expense_cost')

),

concerned_journal_lines as (

    select journal_lines.*
    from journal_lines
    left join controlled_accounts
        on
            journal_lines.source_system = controlled_accounts.target
            and journal_lines.account_code = controlled_accounts.account_code
    where journal_lines.is_integration_line or controlled_accounts.account_code is not null

)

{{ union_shapes(['project_costs', 'concerned_journal_lines'], [
    'source_system', 'erp_line_id', 'source_version', 'known_at', 'is_deleted', 'record_type',
    'external_id', 'memo', 'legal_entity_id', 'source_worker_id', 'source_project_id', 'work_date',
    'accounting_date', 'accounting_period_id', 'posted_at', 'is_posted', 'is_billable', 'hours',
    'cost_amount_functional', 'functional_currency_code', 'bill_amount_contract',
    'contract_currency_code', 'source_record_ref', 'created_by'
]) }}
