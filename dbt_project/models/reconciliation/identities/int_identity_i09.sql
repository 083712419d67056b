-- What was approved against where it goes: to the worker, to the company's card, or nowhere as
-- personal; gross against cost and tax; what is to be reimbursed against paid and outstanding.
with

entries as (

    select * from {{ ref('fct_entries') }}
    where entry_type = 'expense'

),

approved_items as (

    select
        items.*,
        entries.accounting_period_id
    from {{ ref('fct_expense_items') }} as items
    left join entries on items.entry_id = entries.entry_id
    where items.approval_status = 'approved' and items.approved_amount is not null

),

payments as (

    select
        entry_id,
        currency_code,
        sum(reimbursed_amount) as paid_amount
    from {{ ref('fct_reimbursements') }}
    group by entry_id, currency_code

),

owed as (

    select
        entries.entry_id,
        entries.legal_entity_id,
        entries.accounting_period_id,
        entries.cost_currency_code as currency_code,
        coalesce(entries.reimbursable_amount, 0) as reimbursable_amount,
        coalesce(entries.reimbursable_amount, 0) - coalesce(payments.paid_amount, 0) as open_amount
    from entries
    left join payments
        on
            entries.entry_id = payments.entry_id
            and entries.cost_currency_code = payments.currency_code
    where entries.is_effective

),

sides as (

    select
        legal_entity_id,
        accounting_period_id,
        'approved' as measure,
        reimbursement_currency_code as currency_code,
        approved_amount as left_amount,
        case when is_personal or is_company_paid then approved_amount else 0 end as right_amount
    from approved_items
    union all
    select
        legal_entity_id,
        accounting_period_id,
        'approved' as measure,
        currency_code,
        cast(0 as decimal(18, 4)) as left_amount,
        reimbursable_amount as right_amount
    from owed
    union all
    select
        legal_entity_id,
        accounting_period_id,
        'gross' as measure,
        functional_currency_code as currency_code,
        expense_gross_amount_functional as left_amount,
        cost_amount_functional + recoverable_tax_amount_functional as right_amount
    from entries
    where is_effective and expense_gross_amount_functional is not null
    union all
    select
        legal_entity_id,
        accounting_period_id,
        'reimbursable' as measure,
        currency_code,
        reimbursable_amount as left_amount,
        open_amount as right_amount
    from owed
    union all
    select
        entries.legal_entity_id,
        entries.accounting_period_id,
        'reimbursable' as measure,
        reimbursements.currency_code,
        cast(0 as decimal(18, 4)) as left_amount,
        reimbursements.reimbursed_amount as right_amount
    from {{ ref('fct_reimbursements') }} as reimbursements
    inner join entries
        on
            reimbursements.entry_id = entries.entry_id
            and reimbursements.currency_code = entries.cost_currency_code
    where entries.is_effective

)

select
    'I9' as identity_id,
    coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    coalesce(accounting_period_id, 'unknown') as accounting_period_id,
    measure,
    coalesce(currency_code, 'unknown') as currency_code,
    cast(sum(left_amount) as decimal(18, 4)) as left_amount,
    cast(sum(right_amount) as decimal(18, 4)) as right_amount
from sides
group by
    coalesce(legal_entity_id, {{ unknown_member() }}),
    coalesce(accounting_period_id, 'unknown'),
    measure,
    coalesce(currency_code, 'unknown')
