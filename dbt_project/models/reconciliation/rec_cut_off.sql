-- Lines booked in a later period than that of their work, and approved entries that will be, or
-- whose approval came after the period or whose work lies after K. Days are local to the entity.
{% set shared = [
    'entry_id', 'legal_entity_id', 'worker_id', 'project_id', 'work_date', 'known_at', 'hours',
    'cost_amount_functional', 'functional_currency_code', 'bill_amount_contract',
    'contract_currency_code'
] %}

with

entries as (

    select * from {{ ref('int_entry_days') }}

),

posted_entries as (

    select entry_id
    from {{ ref('fct_erp_postings') }}
    where line_class = 'matched'
    group by entry_id

),

-- a line of a later version than the first one posted is a correction
lines as (

    select
        *,
        min(case when not is_reversal then source_version end) over (
            partition by erp_system, entry_id, leg
        ) as first_posted_version
    from {{ ref('fct_erp_postings') }}
    where line_class != 'orphan'

),

unposted as (

    select
        entries.*,
        case
            when entries.work_date > entries.as_of_date then 'future'
            when entries.is_approved_late then 'late_approval'
            when entries.posting_accounting_date > entries.work_period_end_date then 'late_entry'
        end as cut_off_kind
    from entries
    left join posted_entries on entries.entry_id = posted_entries.entry_id
    where entries.is_effective and posted_entries.entry_id is null

),

items as (

    select
        'line' as item_type,
        lines.posting_line_id as item_id,
        case
            when lines.is_reversal then 'reversal'
            when lines.source_version > lines.first_posted_version then 'late_adjustment'
            else 'late_entry'
        end as cut_off_kind,
        {% for column in shared %}
            lines.{{ column }},
        {% endfor %}
        lines.erp_system as target, -- noqa: RF04
        lines.work_period_id,
        lines.accounting_date,
        lines.accounting_period_id as booked_period_id,
        {{ days_between('periods.work_period_end_date', 'lines.accounting_date') }}
            as days_after_period,
        entries.approved_at,
        coalesce(entries.is_approved_late, false) as is_approved_late
    from lines
    left join entries on lines.entry_id = entries.entry_id
    left join {{ ref('int_accounting_dates') }} as periods
        on lines.legal_entity_id = periods.legal_entity_id and lines.work_date = periods.fact_date
    where lines.is_late_entry
    union all
    select
        'entry' as item_type,
        entry_id as item_id,
        cut_off_kind,
        {% for column in shared %}
            {{ column }},
        {% endfor %}
        target,
        accounting_period_id as work_period_id,
        posting_accounting_date as accounting_date,
        posting_accounting_period_id as booked_period_id,
        {{ days_between(
            'work_period_end_date', 'coalesce(posting_accounting_date, approved_date)'
        ) }} as days_after_period,
        approved_at,
        is_approved_late
    from unposted
    where cut_off_kind is not null

)

select
    {{ surrogate_key(['items.item_type', 'items.item_id']) }} as cut_off_id,
    items.item_type,
    items.item_id,
    items.cut_off_kind,
    {% for column in shared %}
        items.{{ column }},
    {% endfor %}
    items.target,
    items.work_period_id as accounting_period_id,
    items.accounting_date,
    items.booked_period_id,
    greatest(items.days_after_period, 0) as days_after_period,
    items.approved_at,
    items.is_approved_late,
    {{ as_of() }} as as_of_at
from items
