{# stage, its order, its mart, which rows, and the contract amount that is not on its way #}
{% set stages = [
    ('approved_not_posted', 1, 'rec_approved_not_posted',
        "sub_status not in ('in_window', 'in_flight', 'policy_excluded')", 'bill_amount_contract',
        'entry_id', 'accounting_period_id', 'aging_days'),
    ('adjusted_not_reclassified', 2, 'rec_adjusted_not_reclassified',
        "leg = 'bill'", 'amount_to_post', 'entry_id',
        'accounting_period_id', 'aging_days'),
    ('posted_not_billed', 3, 'rec_posted_not_billed',
        "billing_status in ('blocked', 'on_hold', 'over_cap')"
        ~ " and reason_code != 'INVOICE_POST_FAILED'",
        "case when billing_status = 'over_cap' then over_cap_amount_contract"
        ~ " else remaining_amount_contract end",
        'coalesce(entry_id, posting_line_id)', 'work_period_id', 'aging_days'),
    ('invoice_post_failed', 4, 'rec_posted_not_billed', "reason_code = 'INVOICE_POST_FAILED'",
        'remaining_amount_contract', 'coalesce(entry_id, posting_line_id)', 'work_period_id',
        'aging_days'),
    ('ready_and_overdue', 5, 'rec_posted_not_billed',
        "billing_status = 'ready' and aging_days > "
        ~ policy_number('first_pass_maturity_days', 45), 'remaining_amount_contract',
        'coalesce(entry_id, posting_line_id)', 'work_period_id', 'aging_days')
] %}

with

findings as (

    {% for stage, stage_order, mart, is_counted, amount, item, period, age in stages %}
        select
            '{{ stage }}' as blocking_stage,
            {{ stage_order }} as stage_order,
            '{{ mart }}' as mart,
            {{ item }} as item_id,
            entry_id,
            legal_entity_id,
            client_id,
            project_id,
            {{ period }} as accounting_period_id,
            work_date,
            contract_currency_code,
            {{ amount }} as amount_at_risk_contract,
            {{ 'remaining_amount_reporting' if stage == 'ready_and_overdue'
                else 'amount_at_risk_reporting' }} as amount_at_risk_reporting,
            reason_code,
            owner_role,
            {{ age }} as aging_days,
            exception_id
        from {{ ref(mart) }}
        where {{ is_counted }} and {{ amount }} != 0
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- lines of one item at one stage add up; an unknown rate stays unknown
staged as (

    select
        item_id,
        stage_order,
        contract_currency_code,
        max(blocking_stage) as blocking_stage,
        max(mart) as mart,
        max(entry_id) as entry_id,
        max(legal_entity_id) as legal_entity_id,
        max(client_id) as client_id,
        max(project_id) as project_id,
        max(accounting_period_id) as accounting_period_id,
        max(work_date) as work_date,
        sum(amount_at_risk_contract) as amount_at_risk_contract,
        case
            when count(*) = count(amount_at_risk_reporting) then sum(amount_at_risk_reporting)
        end as amount_at_risk_reporting,
        min(reason_code) as reason_code,
        min(owner_role) as owner_role,
        max(aging_days) as aging_days,
        min(exception_id) as exception_id
    from findings
    group by item_id, stage_order, contract_currency_code

),

-- each item once: what blocks it first hides what would block it later
ranked as (

    select
        *,
        row_number() over (
            partition by item_id
            order by stage_order asc, contract_currency_code asc
        ) as stage_rank
    from staged

)

select
    ranked.item_id,
    ranked.entry_id,
    ranked.blocking_stage,
    ranked.stage_order as blocking_stage_order,
    ranked.mart,
    coalesce(ranked.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    ranked.client_id,
    ranked.project_id,
    ranked.accounting_period_id,
    ranked.work_date,
    ranked.contract_currency_code,
    cast(ranked.amount_at_risk_contract as decimal(18, 4)) as amount_at_risk_contract,
    cast(ranked.amount_at_risk_reporting as decimal(18, 4)) as amount_at_risk_reporting,
    ranked.reason_code,
    ranked.owner_role,
    ranked.aging_days,
    {{ aging_bucket('ranked.aging_days') }} as aging_bucket,
    ranked.exception_id,
    {{ as_of() }} as as_of_at
from ranked
where ranked.stage_rank = 1
