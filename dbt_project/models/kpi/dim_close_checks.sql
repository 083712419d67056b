{# check, its order, what it asks, whether it stops the close, and the marts that it counts #}
{% set checks = [
    ('sources_readable', 1, 'Every source record could be used', true,
        ['fct_quarantined_records']),
    ('identities_tie', 2, 'Every tie-out identity holds to the cent', true,
        ['rec_tie_out_identities']),
    ('approved_work_posted', 3, 'Approved time and expenses are in the ERP', true,
        ['rec_approved_not_posted', 'rec_posting_obstacles', 'rec_held_batches']),
    ('changes_reclassified', 4, 'What changed after posting is corrected in the ERP', true,
        ['rec_adjusted_not_reclassified']),
    ('ledger_agrees', 5, 'The ERP shows what was posted', true, ['rec_ledger_differences']),
    ('postings_explained', 6, 'Every ERP line has its entry, once', true,
        ['rec_orphan_postings', 'rec_duplicate_postings']),
    ('work_billed', 7, 'Nothing billable is blocked from billing', true,
        ['rec_posted_not_billed', 'rec_billed_entry_changes', 'rec_billing_partition',
            'rec_milestones_not_billed', 'rec_retainer_balances']),
    ('events_in_order', 8, 'No entry was billed, paid or posted out of order', true,
        ['rec_event_violations']),
    ('suspects_reviewed', 19, 'No duplicate is suspected', false, ['rec_duplicate_suspects']),
    ('master_data_agrees', 20, 'Master data agrees across systems', false,
        ['rec_master_data_differences'])
] %}

{% for check, check_order, label, is_blocking, marts in checks %}
    {% set last_check = loop.last %}
    {% for mart in marts %}
        select
            '{{ check }}:{{ mart }}' as close_check_id,
            '{{ check }}' as check_name,
            {{ check_order }} as check_order,
            '{{ label }}' as check_label,
            {{ is_blocking | lower }} as is_blocking,
            '{{ mart }}' as mart
        {% if not (last_check and loop.last) %}union all{% endif %}
    {% endfor %}
{% endfor %}
