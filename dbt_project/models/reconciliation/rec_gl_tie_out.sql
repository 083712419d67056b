with

controlled as (

    select
        legal_entity_id,
        account_code,
        min(purpose) as purpose
    from {{ ref('dim_account_mappings') }}
    group by legal_entity_id, account_code

),

-- a period without a trial balance is not tied out
reported as (

    select
        legal_entity_id,
        accounting_period_id
    from {{ ref('fct_gl_balances') }}
    group by legal_entity_id, accounting_period_id

),

movements as (

    select
        journal_lines.legal_entity_id,
        journal_lines.account_code,
        journal_lines.accounting_period_id,
        journal_lines.currency_code,
        journal_lines.net_amount,
        case
            when postings.posting_line_id is null then 'manual'
            when postings.line_class != 'matched' then 'orphan'
            when postings.work_period_id != postings.accounting_period_id then 'late'
            else 'posted'
        end as movement
    from {{ ref('fct_journal_lines') }} as journal_lines
    inner join reported
        on
            journal_lines.legal_entity_id = reported.legal_entity_id
            and journal_lines.accounting_period_id = reported.accounting_period_id
    left join {{ ref('fct_erp_postings') }} as postings
        on journal_lines.posting_line_id = postings.posting_line_id

),

items as (

    select
        legal_entity_id,
        account_code,
        accounting_period_id,
        currency_code,
        'balance' as movement,
        opening_amount as amount,
        closing_amount
    from {{ ref('fct_gl_balances') }}
    union all
    select
        legal_entity_id,
        account_code,
        accounting_period_id,
        currency_code,
        movement,
        net_amount as amount,
        cast(null as decimal(18, 4)) as closing_amount
    from movements

),

sums as (

    select
        items.legal_entity_id,
        items.account_code,
        min(controlled.purpose) as purpose,
        items.accounting_period_id,
        items.currency_code,
        {% for movement in ['balance', 'posted', 'late', 'orphan', 'manual'] %}
            cast(sum(
                case when items.movement = '{{ movement }}' then items.amount else 0 end
            ) as decimal(18, 4)) as {{ 'opening' if movement == 'balance' else movement }}_amount,
        {% endfor %}
        cast(sum(items.amount) as decimal(18, 4)) as closing_amount,
        cast(sum(items.closing_amount) as decimal(18, 4)) as trial_balance_amount
    from items
    inner join controlled
        on
            items.legal_entity_id = controlled.legal_entity_id
            and items.account_code = controlled.account_code
    group by
        items.legal_entity_id, items.account_code, items.accounting_period_id, items.currency_code

),

judged as (

    select
        *,
        legal_entity_id || ':' || account_code || ':' || accounting_period_id || ':'
        || currency_code as gl_tie_out_id,
        coalesce(closing_amount = trial_balance_amount, false) as is_tied
    from sums

)

select
    judged.*,
    cast(judged.closing_amount - coalesce(judged.trial_balance_amount, 0) as decimal(18, 4))
        as difference_amount,
    reasons.reason_code,
    reasons.owner_role,
    {{ as_of() }} as as_of_at,
    {{ exception_id('reasons.stage', 'judged.gl_tie_out_id', 'reasons.reason_code') }}
        as exception_id
from judged
left join {{ ref('dim_reasons') }} as reasons
    on not judged.is_tied and reasons.reason_code = 'TRIAL_BALANCE_DIFFERS'
