{# predicate of invoice-readiness, when it fails, the status and the reason of its failure; the
   first failure gives the status, every failed predicate is named #}
{% set predicates = [
    ('no_open_correction', 'has_open_correction', 'pending_reversal', 'null'),
    ('client_valid', 'is_client_invalid', 'blocked', "'CLIENT_UNMAPPED'"),
    ('erp_project_billable', 'is_erp_project_inactive', 'blocked', "'PROJECT_INACTIVE'"),
    ('fx_rate_present', 'remaining_amount_reporting is null', 'blocked', "'FX_MISSING'"),
    ('cap_known', "billing_model = 'capped' and cap_room_after is null", 'blocked',
        "'BILLING_BLOCKED'"),
    ('not_on_draft_invoice', 'has_draft_invoice', 'on_hold', "'ON_HOLD'"),
    ('cap_room', "billing_model = 'capped' and cap_room_after < 0", 'over_cap', "'OVER_CAP'"),
    ('outside_retainer', "billing_model = 'retainer' and coalesce(cap_room_after, 0) >= 0",
        'retainer_covered', 'null'),
    ('billing_schedule_due', 'is_period_running', 'not_due', 'null')
] %}

with

corrections as (

    select entry_id
    from {{ ref('rec_adjusted_not_reclassified') }}
    group by entry_id

),

erp_projects as (

    select
        source_system as erp_system,
        project_id,
        max(case when is_active then 1 else 0 end) as active_count
    from {{ ref('dim_project_identities') }}
    where project_id is not null
    group by source_system, project_id

),

lines as (

    select
        chargeable.*,
        corrections.entry_id is not null as has_open_correction,
        case
            when chargeable.client_id = {{ unknown_member() }}
                then (
                    select count(*) > 1 from {{ ref('dim_clients') }}
                )
            else coalesce(not clients.is_active, false)
        end as is_client_invalid,
        coalesce(erp_projects.active_count = 0, false) as is_erp_project_inactive,
        coalesce(
            periods.end_date >= {{ local_date(as_of(), 'entities.time_zone') }}, false
        ) as is_period_running,
        {{ days_between(
            local_date('chargeable.posted_at', 'entities.time_zone'),
            local_date(as_of(), 'entities.time_zone')
        ) }} as aging_days,
        {{ days_between(
            'chargeable.work_date', local_date(as_of(), 'entities.time_zone')
        ) }} as aging_days_from_work
    from {{ ref('rec_chargeable_postings') }} as chargeable
    left join corrections on chargeable.entry_id = corrections.entry_id
    left join erp_projects
        on
            chargeable.project_id = erp_projects.project_id
            and chargeable.erp_system = erp_projects.erp_system
    left join {{ ref('dim_clients') }} as clients on chargeable.client_id = clients.client_id
    left join {{ ref('dim_legal_entities') }} as entities
        on chargeable.legal_entity_id = entities.legal_entity_id
    left join {{ ref('dim_accounting_periods') }} as periods
        on
            chargeable.legal_entity_id = periods.legal_entity_id
            and chargeable.work_period_id = periods.accounting_period_id
    where
        chargeable.remaining_amount_contract != 0
        and (chargeable.remaining_amount_contract > 0) = (chargeable.bill_amount_contract > 0)

),

statuses as (

    select
        lines.*,
        case
            {% for predicate, failure, status, reason in predicates %}
                when {{ failure }} then '{{ status }}'
            {% endfor %}
            else 'ready'
        end as billing_status,
        case
            {% for predicate, failure, status, reason in predicates %}
                when {{ failure }} then {{ reason }}
            {% endfor %}
        end as reason_code,
        substr(
            {% for predicate, failure, status, reason in predicates | sort %}
                case when {{ failure }} then ',{{ predicate }}' else '' end
                {{ '||' if not loop.last }}
            {% endfor %},
            2
        ) as failed_predicates
    from lines

)

select
    statuses.*, -- noqa: AM04
    case
        when statuses.billing_status in ('blocked', 'on_hold', 'over_cap')
            then statuses.remaining_amount_reporting
        else cast(0 as decimal(18, 4))
    end as amount_at_risk_reporting,
    reasons.owner_role,
    {{ aging_bucket('statuses.aging_days') }} as aging_bucket,
    {{ exception_id('reasons.stage', 'statuses.posting_line_id', 'statuses.reason_code') }}
        as exception_id
from statuses
left join {{ ref('dim_reasons') }} as reasons on statuses.reason_code = reasons.reason_code
