-- What each movement sums up to from the beginning to K, from the facts.
with

chargeable as (

    select * from {{ ref('rec_chargeable_postings') }}

),

reversed_lines as (

    select * from {{ ref('fct_erp_postings') }}
    where
        line_class = 'matched'
        and is_billable
        and is_reversed
        and not is_reversal

),

allocated as (

    select
        chargeable.legal_entity_id,
        chargeable.contract_currency_code,
        allocations.billed_amount_contract + allocations.discount_amount_contract as amount
    from {{ ref('fct_billing_allocations') }} as allocations
    inner join chargeable on allocations.posting_line_id = chargeable.posting_line_id
    where allocations.is_issued

),

-- billed beyond its value: no work in progress, so the mart of what is not billed leaves it out
over_billed as (

    select * from chargeable
    where
        remaining_amount_contract != 0
        and (remaining_amount_contract > 0) != (bill_amount_contract > 0)

),

{# roll-forward, component, rows, measure, currency, amount #}
{% set components = [
    ('work_in_progress', 'posted', 'chargeable', 'bill', 'contract_currency_code',
        'bill_amount_contract'),
    ('work_in_progress', 'posted', 'reversed_lines', 'bill', 'contract_currency_code',
        'bill_amount_contract'),
    ('work_in_progress', 'reclassified', 'reversed_lines', 'bill', 'contract_currency_code',
        '-bill_amount_contract'),
    ('work_in_progress', 'billed', 'chargeable', 'bill', 'contract_currency_code',
        '-billed_amount_contract - discount_amount_contract'),
    ('work_in_progress', 'billed', 'allocated', 'bill', 'contract_currency_code',
        'least(amount, 0)'),
    ('work_in_progress', 'credited', 'allocated', 'bill', 'contract_currency_code',
        '-least(amount, 0)'),
    ('work_in_progress', 'written_off', 'chargeable', 'bill', 'contract_currency_code',
        '-written_off_amount_contract'),
    ('work_in_progress', 'written_up', 'chargeable', 'bill', 'contract_currency_code',
        'written_up_amount_contract'),
    ('work_in_progress', 'over_billed', 'over_billed', 'bill', 'contract_currency_code',
        '-remaining_amount_contract'),
    ('deferred', 'billed', ref('rec_revenue_tie_out'), 'deferred', 'currency_code',
        'billed_amount'),
    ('deferred', 'credited', ref('rec_revenue_tie_out'), 'deferred', 'currency_code',
        '-credited_amount'),
    ('deferred', 'recognised', ref('rec_revenue_tie_out'), 'deferred', 'currency_code',
        '-recognised_amount')
] %}

items as (

    {% for rollforward, component, rows, measure, currency, amount in components %}
        select
            '{{ rollforward }}' as rollforward,
            '{{ component }}' as component,
            coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
            '{{ measure }}' as measure,
            coalesce({{ currency }}, 'unknown') as currency_code,
            {{ amount }} as amount
        from {{ rows }}
        union all
    {% endfor %}
    select
        'reimbursements' as rollforward,
        'approved' as component,
        coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        'payable' as measure,
        coalesce(cost_currency_code, functional_currency_code, 'unknown') as currency_code,
        reimbursable_amount as amount
    from {{ ref('fct_entries') }}
    where entry_type = 'expense' and is_effective
    union all
    select
        'reimbursements' as rollforward,
        'paid' as component,
        coalesce(entries.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        'payable' as measure,
        payments.currency_code,
        -payments.reimbursed_amount as amount
    from {{ ref('fct_reimbursements') }} as payments
    left join {{ ref('fct_entries') }} as entries on payments.entry_id = entries.entry_id

)

select
    {{ surrogate_key([
        'rollforward', 'component', 'legal_entity_id', 'measure', 'currency_code'
    ]) }} as rollforward_component_id,
    rollforward,
    component,
    legal_entity_id,
    measure,
    currency_code,
    cast(sum(amount) as decimal(18, 4)) as amount,
    {{ as_of() }} as as_of_at
from items
where amount != 0
group by rollforward, component, legal_entity_id, measure, currency_code
