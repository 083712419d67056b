with

vouchers as (

    select
        voucher_id,
        currency_code,
        min(legal_entity_id) as legal_entity_id,
        min(accounting_period_id) as accounting_period_id,
        sum(debit_amount) as debit_amount,
        sum(credit_amount) as credit_amount
    from {{ ref('fct_journal_lines') }}
    group by voucher_id, currency_code

),

-- of two entities that name each other, the first one's side and the other's mirror
intercompany_lines as (

    select
        least(legal_entity_id, counterparty_entity_id) as legal_entity_id,
        greatest(legal_entity_id, counterparty_entity_id) as other_entity_id,
        accounting_period_id,
        currency_code,
        case when legal_entity_id < counterparty_entity_id then net_amount else 0 end
            as own_amount,
        case when legal_entity_id < counterparty_entity_id then 0 else -net_amount end
            as mirrored_amount
    from {{ ref('fct_journal_lines') }}
    where counterparty_entity_id != legal_entity_id

)

select
    'I11' as identity_id,
    legal_entity_id,
    accounting_period_id,
    'vouchers' as measure,
    currency_code,
    cast(sum(debit_amount) as decimal(18, 4)) as left_amount,
    cast(sum(credit_amount) as decimal(18, 4)) as right_amount
from vouchers
group by legal_entity_id, accounting_period_id, currency_code
union all
-- a voucher that does not balance stands by itself: another one must not make up for it
select
    'I11' as identity_id,
    legal_entity_id,
    accounting_period_id,
    'voucher ' || voucher_id as measure,
    currency_code,
    cast(debit_amount as decimal(18, 4)) as left_amount,
    cast(credit_amount as decimal(18, 4)) as right_amount
from vouchers
where debit_amount != credit_amount
union all
select
    'I11' as identity_id,
    legal_entity_id,
    accounting_period_id,
    'intercompany with ' || other_entity_id as measure,
    currency_code,
    cast(sum(own_amount) as decimal(18, 4)) as left_amount,
    cast(sum(mirrored_amount) as decimal(18, 4)) as right_amount
from intercompany_lines
group by legal_entity_id, other_entity_id, accounting_period_id, currency_code
