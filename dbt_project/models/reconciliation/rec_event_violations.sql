-- Events out of order, approvals by the person who entered the work, and expenses paid out before
-- their project cost was validated, that is posted.
{% set reasons = {
    'posted_unapproved': 'POSTED_UNAPPROVED', 'billed_before_approved': 'BILLED_UNAPPROVED',
    'billed_before_posted': 'BILLED_UNPOSTED', 'out_of_order': 'EVENT_OUT_OF_ORDER',
    'self_approved': 'SELF_APPROVED', 'reimbursed_before_validated': 'REIMBURSED_UNVALIDATED'
} %}

with

entries as (

    select * from {{ ref('fct_entries') }}

),

first_postings as (

    select
        entry_id,
        min(posted_at) as posted_at
    from {{ ref('fct_posting_shares') }}
    where not is_reversal
    group by entry_id

),

found as (

    select
        entry_id,
        entry_event_id,
        event,
        case
            when event = 'posted' and watched_track = 'approval' then 'posted_unapproved'
            when event = 'invoiced' and watched_track = 'approval' then 'billed_before_approved'
            when event = 'invoiced' then 'billed_before_posted'
            else 'out_of_order'
        end as violation,
        from_event,
        event_at,
        actor_worker_id,
        known_at
    from {{ ref('fct_refused_events') }}
    union all
    select
        events.entry_id,
        events.entry_event_id,
        events.event,
        'self_approved' as violation,
        cast(null as varchar) as from_event,
        events.event_at,
        events.actor_worker_id,
        events.known_at
    from {{ ref('fct_entry_events') }} as events
    inner join entries on events.entry_id = entries.entry_id
    where
        events.event = 'approved'
        and events.actor_worker_id = entries.worker_id
        and entries.worker_id != {{ unknown_member() }}
    union all
    -- paid on a day: a day more for other time zones
    select
        reimbursements.entry_id,
        reimbursements.reimbursement_id as entry_event_id,
        'reimbursed' as event,  -- noqa: RF04
        'reimbursed_before_validated' as violation,
        cast(null as varchar) as from_event,
        cast(reimbursements.paid_date as timestamp) as event_at,
        cast(null as varchar) as actor_worker_id,
        reimbursements.known_at
    from {{ ref('fct_reimbursements') }} as reimbursements
    left join first_postings on reimbursements.entry_id = first_postings.entry_id
    where
        reimbursements.entry_id is not null
        and coalesce(
            first_postings.posted_at
            >= cast({{ add_days('reimbursements.paid_date', 2) }} as timestamp),
            true
        )

),

reasoned as (

    select
        *,
        case violation
            {% for violation, reason in reasons.items() %}when '{{ violation }}' then '{{ reason }}'
            {% endfor %}
        end as reason_code
    from found

)

select
    reasoned.entry_event_id || ':' || reasoned.violation as event_violation_id,
    reasoned.entry_event_id,
    reasoned.entry_id,
    reasoned.event,
    reasoned.violation,
    reasoned.from_event,
    reasoned.event_at,
    reasoned.actor_worker_id,
    entries.legal_entity_id,
    entries.worker_id,
    entries.project_id,
    entries.accounting_period_id,
    entries.work_date,
    reasoned.known_at,
    {{ as_of() }} as as_of_at,
    reasoned.reason_code,
    dim_reasons.owner_role,
    {{ exception_id('dim_reasons.stage', 'reasoned.entry_event_id', 'reasoned.reason_code') }}
        as exception_id,
    entries.bill_amount_reporting as amount_at_risk_reporting
from reasoned
left join entries on reasoned.entry_id = entries.entry_id
left join {{ ref('dim_reasons') }} as dim_reasons
    on reasoned.reason_code = dim_reasons.reason_code
