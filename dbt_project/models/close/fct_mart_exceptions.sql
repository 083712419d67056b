{# One list of marts. Each names what its exceptions are about, since when they are open, which of
   its rows are exceptions, and the columns that it lacks or calls otherwise; a mart further up
   speaks for an exception that several report. #}
{% set no_text, no_date = 'cast(null as varchar)', 'cast(null as date)' %}
{% set marts = [
    {'mart': 'rec_approved_not_posted', 'subject_id': 'entry_id', 'opened_at': 'approved_at',
        'is_exception': "sub_status not in ('in_window', 'in_flight', 'policy_excluded')"},
    {'mart': 'rec_adjusted_not_reclassified', 'subject_id': 'entry_id', 'opened_at': 'changed_at'},
    {'mart': 'rec_orphan_postings', 'subject_id': 'posting_line_id', 'opened_at': 'posted_at',
        'posting_line_id': 'posting_line_id'},
    {'mart': 'rec_duplicate_postings', 'subject_id': 'posting_line_id', 'opened_at': 'posted_at',
        'posting_line_id': 'posting_line_id'},
    {'mart': 'rec_duplicate_suspects', 'subject_id': 'coalesce(entry_id, posting_line_id)',
        'opened_at': 'known_at', 'is_exception': 'not is_first'},
    {'mart': 'rec_posted_not_billed', 'subject_id': 'posting_line_id', 'opened_at': 'posted_at',
        'posting_line_id': 'posting_line_id', 'is_exception': 'reason_code is not null'},
    {'mart': 'rec_event_violations', 'subject_id': 'entry_event_id', 'opened_at': 'event_at'},
    {'mart': 'rec_billed_entry_changes', 'subject_id': 'billed_entry_change_id',
        'opened_at': 'changed_at',
        'amount': "case when change_kind in ('withdrawn', 'project_changed')"
        ~ " then amount_at_risk_reporting else 0 end"},
    {'mart': 'rec_billing_partition', 'subject_id': 'posting_line_id', 'opened_at': 'known_at',
        'posting_line_id': 'posting_line_id', 'amount': 'remaining_amount_reporting'},
    {'mart': 'rec_milestones_not_billed', 'subject_id': 'milestone_id', 'entry_id': no_text,
        'work_date': 'accepted_date',
        'opened_at': 'coalesce(cast(accepted_date as timestamp), known_at)'},
    {'mart': 'rec_retainer_balances', 'subject_id': 'contract_id', 'entry_id': no_text,
        'accounting_period_id': no_text, 'work_date': 'last_moved_on',
        'opened_at': 'cast(last_moved_on as timestamp)', 'amount': '0'},
    {'mart': 'rec_expense_tax', 'subject_id': 'entry_id', 'opened_at': 'approved_at',
        'is_exception': 'reason_code is not null'},
    {'mart': 'rec_rate_differences', 'subject_id': 'entry_id', 'opened_at': 'changed_at',
        'is_exception': "difference_type = 'own_rate'"},
    {'mart': 'rec_cross_sink', 'subject_id': 'entry_id', 'opened_at': 'known_at'},
    {'mart': 'rec_gl_tie_out', 'subject_id': 'gl_tie_out_id', 'entry_id': no_text,
        'work_date': no_date, 'opened_at': as_of(), 'amount': '0'}
] %}

with

findings as (

    {% for mart in marts %}
        select
            exception_id,
            '{{ mart.mart }}' as mart,
            {{ loop.index }} as mart_order,
            reason_code,
            {{ mart.subject_id }} as subject_id,
            {{ mart.entry_id or 'entry_id' }} as entry_id,
            {{ mart.posting_line_id or no_text }} as posting_line_id,
            {{ mart.legal_entity_id or 'legal_entity_id' }} as legal_entity_id,
            {{ mart.accounting_period_id or 'accounting_period_id' }} as accounting_period_id,
            {{ mart.work_date or 'work_date' }} as work_date,
            {{ mart.amount or 'amount_at_risk_reporting' }} as amount_at_risk_reporting,
            {{ mart.opened_at }} as opened_at
        from {{ ref(mart.mart) }}
        where {{ mart.is_exception or 'exception_id is not null' }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- a correction has a row per leg and side, but is one exception
summed as (

    select
        exception_id,
        mart,
        mart_order,
        reason_code,
        subject_id,
        entry_id,
        posting_line_id,
        max(legal_entity_id) as legal_entity_id,
        max(accounting_period_id) as accounting_period_id,
        max(work_date) as work_date,
        cast(sum(amount_at_risk_reporting) as decimal(18, 4)) as amount_at_risk_reporting,
        min(opened_at) as opened_at
    from findings
    group by
        exception_id, mart, mart_order, reason_code, subject_id, entry_id, posting_line_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by exception_id
            order by mart_order asc, subject_id asc, entry_id asc, posting_line_id asc
        ) as mart_rank
    from summed

)

select
    ranked.exception_id,
    ranked.mart,
    ranked.reason_code,
    ranked.subject_id,
    ranked.entry_id,
    ranked.posting_line_id,
    ranked.legal_entity_id,
    ranked.accounting_period_id,
    ranked.work_date,
    ranked.amount_at_risk_reporting,
    -- what no mart can date is open since this cut-off
    coalesce(ranked.opened_at, {{ as_of() }}) as opened_at
from ranked
where ranked.mart_rank = 1
