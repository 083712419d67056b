{# predicate of invoice-readiness, when it fails, the status and the reason of its failure; the
   first failure gives the status, every failed predicate is named #}
{% set predicates = [
    ('no_open_correction', 'has_open_correction', 'pending_reversal', 'null'),
    ('billed_version_unchanged', 'not is_correction_cleared', 'blocked',
        "'BILLED_ENTRY_CHANGED'"),
    ('invoice_posted', 'has_failed_invoice', 'blocked', "'INVOICE_POST_FAILED'"),
    ('client_valid', 'is_client_invalid', 'blocked', "'CLIENT_UNMAPPED'"),
    ('erp_project_billable', 'is_erp_project_inactive', 'blocked', "'PROJECT_INACTIVE'"),
    ('contract_active', 'not is_contract_in_force', 'blocked', "'CONTRACT_EXPIRED'"),
    ('purchase_order_valid', 'not is_purchase_order_valid', 'blocked',
        "'PURCHASE_ORDER_EXPIRED'"),
    ('tax_code_resolved', 'not is_tax_code_resolved', 'blocked', "'TAX_CODE_MISSING'"),
    ('vendor_bill_confirmed', 'not is_vendor_bill_confirmed', 'blocked',
        "'VENDOR_BILL_MISSING'"),
    ('bill_rate_resolved', 'is_rate_unresolved', 'blocked', "'RATE_MISSING'"),
    ('fx_rate_present', 'remaining_amount_reporting is null', 'blocked', "'FX_MISSING'"),
    ('cap_known', "nte_status = 'not_evaluated'", 'blocked', "'BILLING_BLOCKED'"),
    ('not_on_hold', 'is_on_hold', 'on_hold', "'ON_HOLD'"),
    ('not_on_draft_invoice', 'has_draft_invoice', 'on_hold', "'ON_HOLD'"),
    ('billing_approved', 'not is_billing_approved', 'on_hold', "'BILLING_NOT_APPROVED'"),
    ('cap_room', 'over_cap_amount_contract > 0', 'over_cap', "'OVER_CAP'"),
    ('outside_retainer', 'covered_amount_contract = remaining_amount_contract',
        'retainer_covered', 'null'),
    ('billing_schedule_due', 'is_period_running', 'not_due', 'null')
] %}
{% set conditions = [
    'has_open_correction', 'is_client_invalid', 'is_erp_project_inactive', 'is_period_running',
    'aging_days', 'aging_days_from_work'
] %}
{% set terms = [
    'is_contract_in_force', 'is_purchase_order_valid', 'is_tax_code_resolved',
    'is_vendor_bill_confirmed', 'is_billing_approved', 'is_correction_cleared', 'is_on_hold'
] %}
{% set deferrals = ['over_cap', 'retainer_covered', 'on_hold', 'not_due'] %}

with

items as (

    select
        chargeable.*, -- noqa: AM04
        {% for flag in conditions %}
            conditions.{{ flag }},
        {% endfor %}
    {% for flag in terms %}
        terms.{{ flag }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('rec_chargeable_postings') }} as chargeable
    inner join {{ ref('rec_billing_conditions') }} as conditions
        on chargeable.posting_line_id = conditions.posting_line_id
    inner join {{ ref('rec_billing_terms') }} as terms
        on chargeable.posting_line_id = terms.posting_line_id
    where
        chargeable.remaining_amount_contract != 0
        and (chargeable.remaining_amount_contract > 0) = (chargeable.bill_amount_contract > 0)

),

statuses as (

    select
        *,
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
    from items

)

select
    statuses.*, -- noqa: AM04
    case statuses.billing_status
        {% for status in deferrals %}
            when '{{ status }}' then 'deferred'
        {% endfor %}
        else 'billable'
    end as billing_class,
    case statuses.billing_status
        {% for status in deferrals %}
            when '{{ status }}' then '{{ status }}'
        {% endfor %}
    end as deferral_reason,
    case
        when statuses.billing_status = 'ready'
            then statuses.remaining_amount_contract - statuses.covered_amount_contract
        when statuses.failed_predicates = 'cap_room' then statuses.within_cap_amount_contract
        else cast(0 as decimal(18, 4))
    end as ready_amount_contract,
    case
        when statuses.billing_status in ('blocked', 'on_hold')
            then statuses.remaining_amount_reporting
        when statuses.billing_status = 'over_cap' then statuses.over_cap_amount_reporting
        else cast(0 as decimal(18, 4))
    end as amount_at_risk_reporting,
    reasons.owner_role,
    {{ aging_bucket('statuses.aging_days') }} as aging_bucket,
    {{ exception_id('reasons.stage', 'statuses.posting_line_id', 'statuses.reason_code') }}
        as exception_id
from statuses
left join {{ ref('dim_reasons') }} as reasons on statuses.reason_code = reasons.reason_code
