{# mart, and the columns that say what it found; ages and owners may change without it #}
{% set facts = ['hours', 'cost_amount_functional', 'functional_currency_code',
    'bill_amount_contract', 'contract_currency_code'] %}
{% set marts = [
    ('rec_approved_not_posted', ref('rec_approved_not_posted'),
        ['entry_id', 'source_version', 'legal_entity_id', 'accounting_period_id'] + facts),
    ('rec_adjusted_not_reclassified', ref('rec_adjusted_not_reclassified'),
        ['posting_gap_id', 'source_version', 'reason_code', 'hours_to_post', 'hours_to_reverse',
            'amount_to_post', 'amount_to_reverse', 'currency_code']),
    ('rec_posted_not_billed', ref('rec_posted_not_billed'),
        ['posting_line_id', 'legal_entity_id', 'remaining_amount_contract',
            'contract_currency_code']),
    ('rec_orphan_postings', ref('rec_orphan_postings'),
        ['posting_line_id', 'legal_entity_id', 'work_period_id', 'reason_code'] + facts),
    ('rec_duplicate_postings', ref('rec_duplicate_postings'),
        ['posting_line_id', 'legal_entity_id', 'work_period_id', 'reason_code'] + facts),
    ('rec_tie_out_components', ref('rec_tie_out_components'), ['tie_out_component_id', 'amount'])
] %}

{% for report, mart, columns in marts %}
    select
        '{{ report }}' as report,
        count(*) as row_count,
        {{ rows_fingerprint(columns) }} as fingerprint,
        {{ as_of() }} as as_of_at
    from {{ mart }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
