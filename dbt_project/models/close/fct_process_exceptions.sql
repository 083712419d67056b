{# table, what it is about, its entry, its detail, since when, whether it is open, which rows #}
{% set sources = [
    ('rec_posting_obstacles', 'entry_id', 'entry_id', 'detail', 'noted_at', 'false',
        "reason_code != 'IN_FLIGHT'"),
    ('fct_manual_matches', 'manual_match_id', 'entry_id', 'match_reason', 'known_at', 'true',
        'not is_accepted'),
    ('rec_held_batches', 'batch_id', 'null', 'detail', 'found_at', 'not is_superseded', 'true'),
    ('rec_ledger_differences', 'coalesce(entry_id, posting_key)', 'entry_id', 'difference_type',
        'noted_at', 'true', 'true'),
    ('rec_master_data_differences', 'source_key', 'null', 'difference_type', 'as_of_at', 'true',
        'true'),
    ('rec_event_violations', 'entry_event_id', 'entry_id', 'violation', 'event_at', 'true',
        'true'),
    ('rec_tie_out_identities', 'tie_out_identity_id', 'null', 'measure', 'as_of_at', 'true',
        'not is_tied')
] %}

with

entries as (

    select
        entry_id,
        legal_entity_id,
        accounting_period_id,
        work_date,
        known_at
    from {{ ref('fct_transaction_trace') }}

),

findings as (

    {% for table, subject, entry, detail, opened_at, is_open, is_exception in sources %}
        select
            exception_id,
            '{{ table }}' as mart,
            reason_code,
            {{ subject }} as subject_id,
            cast({{ entry }} as varchar) as entry_id,
            cast({{ detail }} as varchar) as detail,
            {{ opened_at }} as opened_at,
            {{ is_open }} as is_open
        from {{ ref(table) }}
        where {{ is_exception }}
        union all
    {% endfor %}
    -- a quarantined record is solved once a version known later could be used
    select
        {{ exception_id("'extract'", 'records.quarantine_id', 'records.reason_code') }}
            as exception_id,
        'fct_quarantined_records' as mart,
        records.reason_code,
        records.quarantine_id as subject_id,
        entries.entry_id,
        records.detail,
        records.known_at as opened_at,
        coalesce(entries.known_at <= records.known_at, true) as is_open
    from {{ ref('fct_quarantined_records') }} as records
    left join entries
        on records.source_system || ':' || records.source_record_id = entries.entry_id

),

-- one row per exception: what is open speaks before what is solved
ranked as (

    select
        *,
        row_number() over (
            partition by exception_id
            order by case when is_open then 1 else 2 end asc, opened_at asc, detail asc nulls last
        ) as finding_rank
    from findings

)

select
    ranked.exception_id,
    ranked.mart,
    ranked.reason_code,
    ranked.subject_id,
    ranked.entry_id,
    ranked.detail,
    entries.legal_entity_id,
    entries.accounting_period_id,
    entries.work_date,
    ranked.opened_at,
    ranked.is_open
from ranked
left join entries on ranked.entry_id = entries.entry_id
where ranked.finding_rank = 1
