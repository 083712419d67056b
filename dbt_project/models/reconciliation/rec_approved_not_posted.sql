with

posted_entries as (

    select distinct entry_id from {{ ref('fct_posting_shares') }}

),

unposted as (

    select
        entries.*,
        {{ local_date('entries.approved_at', 'entities.time_zone') }} as approved_date,
        {{ local_date(as_of(), 'entities.time_zone') }} as as_of_date
    from {{ ref('fct_entries') }} as entries
    left join posted_entries on entries.entry_id = posted_entries.entry_id
    left join {{ ref('dim_legal_entities') }} as entities
        on entries.legal_entity_id = entities.legal_entity_id
    where entries.is_effective and posted_entries.entry_id is null

),

-- an ERP line agrees with the entry in everything, but others do so too
equal_candidates as (

    select distinct entry_id
    from {{ ref('fct_match_candidates') }}
    where is_equal

),

explained as (

    select
        unposted.*,
        case
            when obstacles.reason_code in ('IN_DOUBT', 'IN_FLIGHT') then obstacles.reason_code
            when {{ is_policy_excluded('unposted') }} then 'POLICY_EXCLUDED'
            when equal_candidates.entry_id is not null then 'MATCH_AMBIGUOUS'
            when unposted.reason_code is not null then unposted.reason_code
            when obstacles.source_version = unposted.source_version then obstacles.reason_code
            else 'NOT_YET_POSTED'
        end as open_reason_code,
        {{ days_between('unposted.approved_date', 'unposted.as_of_date') }} as aging_days,
        {{ business_days_between('unposted.approved_date', 'unposted.as_of_date') }}
        > coalesce((
            select max(cast(policies.policy_value as integer))
            from {{ ref('dim_policies') }} as policies
            where policies.policy = 'approved_to_posted_business_days'
        ), 1) as is_overdue
    from unposted
    left join {{ ref('rec_posting_obstacles') }} as obstacles
        on unposted.entry_id = obstacles.entry_id
    left join equal_candidates on unposted.entry_id = equal_candidates.entry_id

),

statuses as (

    select
        *,
        case open_reason_code
            when 'IN_DOUBT' then 'in_doubt'
            when 'IN_FLIGHT' then 'in_flight'
            when 'PERIOD_CLOSED' then 'waiting_period'
            when 'POLICY_EXCLUDED' then 'policy_excluded'
            when 'NOT_YET_POSTED'
                then case when is_overdue then 'overdue' else 'in_window' end
            else 'blocked'
        end as sub_status
    from explained

)

select
    statuses.entry_id,
    statuses.entry_type,
    statuses.source_system,
    statuses.source_record_id,
    statuses.source_version,
    statuses.correlation_id,
    statuses.target,
    statuses.legal_entity_id,
    statuses.worker_id,
    statuses.client_id,
    statuses.project_id,
    statuses.task_id,
    statuses.cost_center_code,
    statuses.labour_category,
    statuses.work_date,
    statuses.accounting_period_id,
    coalesce(
        statuses.accounting_period_id != statuses.posting_accounting_period_id, false
    ) as is_late_entry,
    statuses.approved_at,
    statuses.known_at,
    {{ as_of() }} as as_of_at,
    statuses.is_billable,
    statuses.hours,
    statuses.cost_amount_functional,
    statuses.functional_currency_code,
    statuses.bill_amount_contract,
    statuses.contract_currency_code,
    statuses.bill_amount_reporting,
    statuses.reporting_currency_code,
    case
        when statuses.sub_status in ('in_window', 'in_flight', 'policy_excluded')
            then cast(0 as decimal(18, 4))
        else statuses.bill_amount_reporting
    end as amount_at_risk_reporting,
    statuses.sub_status,
    statuses.open_reason_code as reason_code,
    reasons.owner_role,
    statuses.aging_days,
    {{ aging_bucket('statuses.aging_days') }} as aging_bucket,
    {{ exception_id('reasons.stage', 'statuses.entry_id', 'statuses.open_reason_code') }}
        as exception_id
from statuses
left join {{ ref('dim_reasons') }} as reasons
    on statuses.open_reason_code = reasons.reason_code
