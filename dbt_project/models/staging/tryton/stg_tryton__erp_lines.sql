-- One row per account move that touches a cost or work-in-progress account. Cost is what the move
-- debits to cost accounts, the bill value what it debits to work in progress, in the contract's
-- currency where the line carries it. A move's amounts are those of its lines, read together.
with

moves as (

    select * from {{ ref('stg_tryton__account_moves') }}

),

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

),

sums as (

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

),

-- a tombstone, or a move that came back, has no lines of its own: its last ones count
fitting_lines as (

    select
        moves.source_system,
        moves.source_move_id,
        moves.source_version,
        max(sums.source_version) as lines_version
    from moves
    inner join sums
        on
            moves.source_system = sums.source_system
            and moves.source_move_id = sums.source_move_id
            and moves.source_version >= sums.source_version
    group by moves.source_system, moves.source_move_id, moves.source_version

)

select
    moves.source_system,
    moves.source_move_id as erp_line_id,
    moves.source_version,
    moves.known_at,
    moves.is_deleted,
    'account_move' as record_type,
    case when moves.memo_kind = 'key' then moves.memo end as external_id,
    moves.memo,
    moves.legal_entity_id,
    sums.source_worker_id,
    sums.source_project_id,
    sums.work_date,
    moves.accounting_date,
    moves.accounting_period_id,
    -- a server whose clock runs ahead of ours cannot have posted what we know already
    case
        when moves.move_state = 'posted' then least(moves.source_updated_at, moves.known_at)
    end as posted_at,
    moves.move_state = 'posted' as is_posted,
    case when sums.bill_amount != 0 then true end as is_billable,
    cast(coalesce(sums.hours, 0) as decimal(18, 4)) as hours,
    cast(sums.cost_amount as decimal(18, 4)) as cost_amount_functional,
    moves.functional_currency_code,
    cast(sums.bill_amount as decimal(18, 4)) as bill_amount_contract,
    coalesce(
        sums.second_currency_code,
        case when sums.has_wip = 1 then moves.functional_currency_code end,
        sums.text_currency_code
    ) as contract_currency_code,
    case when moves.memo_kind = 'reference' then moves.memo end as source_record_ref,
    moves.created_by
from moves
inner join fitting_lines
    on
        moves.source_system = fitting_lines.source_system
        and moves.source_move_id = fitting_lines.source_move_id
        and moves.source_version = fitting_lines.source_version
inner join sums
    on
        fitting_lines.source_system = sums.source_system
        and fitting_lines.source_move_id = sums.source_move_id
        and fitting_lines.lines_version = sums.source_version
