-- One row per account move that touches a cost or work-in-progress account, with the amounts of
-- the lines that were read with it.
with

moves as (

    select * from {{ ref('stg_tryton__account_moves') }}

),

sums as (

    select * from {{ ref('stg_tryton__move_sums') }}

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
