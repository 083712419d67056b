{# mart, what the exception is about, since when it is open, which rows are exceptions #}
{% set marts = [
    ('rec_approved_not_posted', 'entry_id', 'approved_at',
        "sub_status not in ('in_window', 'in_flight', 'policy_excluded')"),
    ('rec_adjusted_not_reclassified', 'entry_id', 'changed_at', 'true'),
    ('rec_orphan_postings', 'posting_line_id', 'posted_at', 'true'),
    ('rec_duplicate_postings', 'posting_line_id', 'posted_at', 'true'),
    ('rec_duplicate_suspects', 'coalesce(entry_id, posting_line_id)', 'known_at', 'not is_first'),
    ('rec_posted_not_billed', 'posting_line_id', 'posted_at', 'reason_code is not null')
] %}

with

findings as (

    {% for mart, subject, opened_at, is_exception in marts %}
        select
            exception_id,
            '{{ mart }}' as mart,
            reason_code,
            {{ subject }} as subject_id,
            entry_id,
            cast({{ 'posting_line_id' if subject == 'posting_line_id' else 'null' }} as varchar)
                as posting_line_id,
            legal_entity_id,
            accounting_period_id,
            work_date,
            amount_at_risk_reporting,
            {{ opened_at }} as opened_at
        from {{ ref(mart) }}
        where {{ is_exception }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

-- a correction has a row per leg and side, but is one exception
select
    exception_id,
    mart,
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
group by exception_id, mart, reason_code, subject_id, entry_id, posting_line_id
