-- What each move books to cost and work-in-progress accounts. Cost is what it debits to cost
-- accounts, the bill value what it debits to work in progress, in the contract's currency where
-- the line carries it. Moves that touch none of these accounts are left out.
with

move_lines as (

    select * from {{ ref('stg_tryton__account_move_lines') }}

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
    move_lines.source_system,
    move_lines.source_move_id,
    move_lines.source_version,
    max(controlled_accounts.is_wip) as has_wip,
    max(move_lines.source_worker_id) as source_worker_id,
    max(move_lines.source_project_id) as source_project_id,
    max(move_lines.work_date) as work_date,
    sum(case when controlled_accounts.is_wip = 0 then move_lines.hours end) as hours,
    sum(
        case
            when controlled_accounts.is_wip = 0
                then move_lines.debit_amount - move_lines.credit_amount
            else 0
        end
    ) as cost_amount,
    sum(
        case
            when controlled_accounts.is_wip = 1
                then coalesce(
                    move_lines.second_currency_amount,
                    move_lines.debit_amount - move_lines.credit_amount
                )
            else 0
        end
    ) as bill_amount,
    max(case when controlled_accounts.is_wip = 1 then move_lines.second_currency_code end)
        as second_currency_code,
    max(move_lines.text_currency_code) as text_currency_code
from move_lines
inner join controlled_accounts
    on
        move_lines.source_system = controlled_accounts.target
        and move_lines.account_code = controlled_accounts.account_code
group by move_lines.source_system, move_lines.source_move_id, move_lines.source_version
