{# class, reason, entries looked at, what is the same, and what differs to make a suspect #}
{% set classes = [
    ('cross_source', 'CROSS_SOURCE_DUPLICATE', "entry_type = 'time' and notes is not null",
        ['worker_id', 'project_id', 'work_date', 'hours', 'notes'], 'source_system'),
    ('expense_duplicate', 'EXPENSE_DUPLICATE', "expense_amount is not null",
        ['worker_id', 'expense_type', 'work_date', 'expense_amount', 'expense_currency_code'],
        'entry_id'),
    ('expense_cross_worker', 'EXPENSE_SHARED_BILL',
        'expense_amount is not null and notes is not null',
        ['expense_type', 'work_date', 'expense_amount', 'expense_currency_code', 'notes'],
        'worker_id')
] %}
{% set carried = [
    'legal_entity_id', 'worker_id', 'project_id', 'work_date', 'accounting_period_id',
    'functional_currency_code', 'contract_currency_code', 'known_at', 'hours',
    'cost_amount_functional'
] %}

with

entries as (

    select
        *,
        case
            when entry_type = 'expense'
                then coalesce(transaction_amount, expense_gross_amount_functional)
        end as expense_amount,
        coalesce(transaction_currency_code, functional_currency_code) as expense_currency_code
    from {{ ref('fct_entries') }}
    where is_effective and worker_id != {{ unknown_member() }}

),

-- an ERP line that stands on several invoices, credit notes taken off
invoiced as (

    select
        allocations.posting_line_id,
        max(allocations.entry_id) as entry_id,
        min(allocations.invoice_number) as first_invoice_number,
        {% for column in carried %}
            max(postings.{{ column }}) as {{ column }},
        {% endfor %}
        sum(allocations.billed_amount_contract) - max(postings.bill_amount_contract) as excess
    from {{ ref('fct_billing_allocations') }} as allocations
    inner join {{ ref('fct_erp_postings') }} as postings
        on allocations.posting_line_id = postings.posting_line_id
    where allocations.is_issued and postings.bill_amount_contract > 0
    group by allocations.posting_line_id
    having
        count(distinct allocations.invoice_number) > 1
        and sum(allocations.billed_amount_contract) > max(postings.bill_amount_contract)

),

suspects as (

    {% for class, reason, rows_meant, same, differing in classes %}
        select
            '{{ class }}' as class, -- noqa: RF04
            '{{ reason }}' as reason_code,
            'entry:' || entry_id as subject_id,
            {{ surrogate_key(same) }} as fingerprint,
            entry_id,
            cast(null as varchar) as posting_line_id,
            min(entry_id) over (partition by {{ same | join(', ') }}) as first_subject_id,
            min({{ differing }}) over (partition by {{ same | join(', ') }}) as first_value,
            max({{ differing }}) over (partition by {{ same | join(', ') }}) as last_value,
            {% for column in carried %}
                {{ column }},
            {% endfor %}
            bill_amount_contract,
            bill_amount_reporting
        from entries
        where {{ rows_meant }}
        union all
    {% endfor %}
    select
        'invoice_line_duplicate' as class, -- noqa: RF04
        'INVOICE_LINE_DUPLICATE' as reason_code,
        'line:' || posting_line_id as subject_id,
        md5(posting_line_id) as fingerprint,
        entry_id,
        posting_line_id,
        first_invoice_number as first_subject_id,
        '0' as first_value,
        '1' as last_value,
        {% for column in carried %}
            {{ column }},
        {% endfor %}
        excess as bill_amount_contract,
        cast(null as decimal(18, 4)) as bill_amount_reporting
    from invoiced

)

select
    md5(suspects.class || '|' || suspects.subject_id) as duplicate_suspect_id,
    suspects.class, -- noqa: RF04
    suspects.fingerprint,
    suspects.entry_id,
    suspects.posting_line_id,
    coalesce(suspects.first_subject_id = suspects.entry_id, false) as is_first,
    {% for column in carried %}
        suspects.{{ column }},
    {% endfor %}
    {{ as_of() }} as as_of_at,
    cast(suspects.bill_amount_contract as decimal(18, 4)) as bill_amount_contract,
    case
        when suspects.first_subject_id = suspects.entry_id then cast(0 as decimal(18, 4))
        else suspects.bill_amount_reporting
    end as amount_at_risk_reporting,
    suspects.reason_code,
    reasons.owner_role,
    {{ exception_id('reasons.stage', 'suspects.subject_id', 'suspects.reason_code') }}
        as exception_id
from suspects
left join {{ ref('dim_reasons') }} as reasons on suspects.reason_code = reasons.reason_code
where suspects.first_value != suspects.last_value
