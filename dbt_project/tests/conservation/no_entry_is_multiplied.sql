-- One row per entry, line and exception: a doubled dimension row must fail, not multiply money.
{{ config(tags=['after_posting']) }}

{% set grains = [
    ('fct_transaction_trace', 'entry_id'),
    ('fct_erp_postings', 'posting_line_id'),
    ('fct_posting_shares', 'posting_share_id'),
    ('rec_approved_not_posted', 'entry_id'),
    ('rec_posted_not_billed', 'posting_line_id'),
    ('rec_orphan_postings', 'posting_line_id'),
    ('rec_duplicate_postings', 'posting_line_id'),
    ('fct_exceptions', 'exception_id')
] %}

{% for table, key in grains %}
    select
        '{{ table }}' as table_name,
        count(*) as row_count,
        count(distinct {{ key }}) as key_count
    from {{ ref(table) }}
    having count(*) != count(distinct {{ key }})
    {% if not loop.last %}union all{% endif %}
{% endfor %}
