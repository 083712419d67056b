-- One row per entry that stands for a posting: the cost entry of a document of ours, with the
-- figures of the document's other entries; and every entry of somebody else in a cost or
-- work-in-progress account.
with

entries as (

    select * from {{ ref('stg_business_central__gl_entries') }}

),

figures as (

    select
        source_system,
        document_number,
        max(hours) as hours,
        max(work_date) as work_date,
        max(bill_amount_contract) as bill_amount_contract,
        max(contract_currency_code) as contract_currency_code,
        max(source_worker_id) as source_worker_id,
        max(source_project_id) as source_project_id
    from entries
    where memo_kind = 'figures'
    group by source_system, document_number

),

controlled_accounts as (

    select
        target,
        account_code,
        max(case when purpose = 'wip' then 1 else 0 end) as is_wip
    from {{ ref('stg_tieout__account_mappings') }}
    where purpose in ('labour_cost', 'expense_cost', 'wip')
    group by target, account_code

)

select
    entries.source_system,
    entries.source_entry_id as erp_line_id,
    entries.source_version,
    entries.known_at,
    entries.is_deleted,
    'gl_entry' as record_type,
    case when entries.memo_kind = 'key' then entries.memo end as external_id,
    entries.memo,
    entries.legal_entity_id,
    figures.source_worker_id,
    figures.source_project_id,
    figures.work_date,
    entries.accounting_date,
    entries.accounting_period_id,
    -- a server whose clock runs ahead of ours cannot have posted what we know already
    least(entries.posted_at, entries.known_at) as posted_at,
    true as is_posted,
    case
        when figures.bill_amount_contract != 0 or controlled_accounts.is_wip = 1 then true
    end as is_billable,
    cast(coalesce(figures.hours, 0) as decimal(18, 4)) as hours,
    cast(
        case
            when coalesce(controlled_accounts.is_wip, 0) = 0
                then entries.debit_amount - entries.credit_amount
            else 0
        end as decimal(18, 4)
    ) as cost_amount_functional,
    entries.functional_currency_code,
    cast(
        case
            when controlled_accounts.is_wip = 1 and entries.memo_kind != 'key'
                then entries.debit_amount - entries.credit_amount
            else coalesce(figures.bill_amount_contract, 0)
        end as decimal(18, 4)
    ) as bill_amount_contract,
    coalesce(
        figures.contract_currency_code,
        case when controlled_accounts.is_wip = 1 then entries.functional_currency_code end
    ) as contract_currency_code,
    case when entries.memo_kind = 'reference' then entries.memo end as source_record_ref,
    cast(null as varchar) as created_by
from entries
left join controlled_accounts
    on
        entries.source_system = controlled_accounts.target
        and entries.account_code = controlled_accounts.account_code
left join figures
    on
        entries.source_system = figures.source_system
        and {{ key_when("entries.memo_kind = 'key'", 'entries.document_number') }}
        = figures.document_number
where
    entries.memo_kind = 'key'
    or (controlled_accounts.account_code is not null and entries.memo_kind != 'figures')
