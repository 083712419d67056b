-- Posted lines of the general ledgers, the newest version known at K of each. In Tryton a line
-- counts while its move is posted; a NetSuite line carries one signed amount.
with

tables as (

    {{ known_versions(
        ref('stg_csv_tables__journal_lines'), ['source_system', 'source_journal_line_id']
    ) }}

),

netsuite as (

    {{ known_versions(ref('stg_netsuite__journal_lines'), ['source_system', 'erp_line_id']) }}

),

move_lines as (

    {{ known_versions(
        ref('stg_tryton__account_move_lines'), ['source_system', 'source_line_id']
    ) }}

),

moves as (

    {{ known_versions(ref('stg_tryton__account_moves'), ['source_system', 'source_move_id']) }}

)

select
    source_system,
    source_journal_line_id,
    voucher_id,
    voucher_id as erp_line_id,
    source_entity_id,
    source_counterparty_id,
    account_code,
    accounting_date,
    cast(null as varchar) as accounting_period_id,
    currency_code,
    debit_amount,
    credit_amount,
    known_at as posted_at,
    known_at
from tables
where version_rank = 1 and not is_deleted
union all
select
    source_system,
    erp_line_id as source_journal_line_id,
    split_part(erp_line_id, '-', 1) as voucher_id,
    erp_line_id,
    legal_entity_id as source_entity_id,
    cast(null as varchar) as source_counterparty_id,
    account_code,
    accounting_date,
    accounting_period_id,
    functional_currency_code as currency_code,
    greatest(cost_amount_functional, 0) as debit_amount,
    greatest(-cost_amount_functional, 0) as credit_amount,
    posted_at,
    known_at
from netsuite
where version_rank = 1 and not is_deleted and is_posted
union all
select
    move_lines.source_system,
    move_lines.source_line_id as source_journal_line_id,
    moves.source_move_id as voucher_id,
    moves.source_move_id as erp_line_id,
    moves.legal_entity_id as source_entity_id,
    cast(null as varchar) as source_counterparty_id,
    move_lines.account_code,
    moves.accounting_date,
    moves.accounting_period_id,
    moves.functional_currency_code as currency_code,
    move_lines.debit_amount,
    move_lines.credit_amount,
    least(moves.source_updated_at, moves.known_at) as posted_at,
    moves.known_at
from move_lines
inner join moves
    on
        move_lines.source_system = moves.source_system
        and move_lines.source_move_id = moves.source_move_id
        and moves.version_rank = 1
where
    move_lines.version_rank = 1
    and not move_lines.is_deleted
    and not moves.is_deleted
    and moves.move_state = 'posted'
