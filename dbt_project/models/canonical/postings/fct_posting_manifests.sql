-- What a line of several entries stands for: as it was sent, and what the ERP shows of it. Where
-- the ERP shows another total than was sent, each entry has its part of that total by largest
-- remainder, to the minor unit.
{% set measures = [
    ('hours', 'hours', "'none'"),
    ('cost', 'cost_amount_functional', 'functional_currency_code'),
    ('bill', 'bill_amount_contract', 'contract_currency_code')
] %}
with

manifests as (

    select * from {{ ref('stg_tieout__posting_manifests') }}

),

lines as (

    select * from {{ ref('fct_posting_lines') }}

),

-- one line of the ERP per key: further ones are duplicates
erp_lines as (

    select
        *,
        row_number() over (
            partition by erp_system, posting_key, is_reversal order by posting_line_id asc
        ) as key_rank
    from {{ ref('fct_erp_postings') }}
    where line_class = 'matched' and {{ is_group_key('posting_key') }}

),

members as (

    select
        manifests.*,
        lines.batch_id,
        lines.target,
        lines.state,
        lines.entry_id as group_id,
        erp_lines.posting_line_id,
        {% for measure, column, currency in measures %}
            erp_lines.{{ column }} as {{ measure }}_of_line,
        {% endfor %}
        erp_lines.functional_currency_code,
        erp_lines.contract_currency_code
    from manifests
    inner join lines on manifests.posting_key = lines.posting_key
    left join erp_lines
        on
            lines.target = erp_lines.erp_system
            and coalesce(lines.reverses_posting_key, lines.posting_key) = erp_lines.posting_key
            and (lines.reverses_posting_key is not null) = erp_lines.is_reversal
            and erp_lines.key_rank = 1

),

shown as (

    {{ shown_members('members', measures) }}

)

select
    members.posting_key || '|' || members.entry_id as posting_manifest_id,
    members.posting_key,
    members.batch_id,
    members.target,
    members.state,
    members.group_id,
    members.posting_line_id,
    members.entry_id,
    members.source_version,
    {% for measure, column, currency in measures %}
        members.{{ column }},
        cast(shown.{{ measure }}_shown as decimal(18, 4)) as {{ column }}_shown,
    {% endfor %}
    members.functional_currency_code,
    members.contract_currency_code
from members
inner join shown
    on members.posting_key = shown.posting_key and members.entry_id = shown.entry_id
