with

posted_entries as (

    select entry_id
    from {{ ref('fct_posting_shares') }}
    group by entry_id

),

-- a line of several entries holds back each of them
planned as (

    {{ lines_by_entry() }}

),

-- what our ledger says of each attempt that did not end in a line seen in the ERP
attempts as (

    select
        ledger.held_entry_id as entry_id,
        ledger.held_version as source_version,
        ledger.planned_at as noted_at,
        case ledger.state
            when 'sending' then 'IN_DOUBT'
            when 'planned' then 'IN_FLIGHT'
            when 'sealed' then 'IN_FLIGHT'
            when 'acked' then 'READ_BACK_MISSING'
            else coalesce(ledger.reason_code, 'REJECTED')
        end as reason_code,
        ledger.message as detail
    from planned as ledger
    left join posted_entries on ledger.held_entry_id = posted_entries.entry_id
    where
        ledger.state != 'void'
        and ledger.held_entry_id is not null
        and ledger.posting_key not like 'R:%'
        and (ledger.state != 'acked' or posted_entries.entry_id is null)

),

-- what the gate held back; a warning holds nothing back
findings as (

    select
        coalesce(
            manifests.entry_id,
            {{ posting_key_part('gate_findings.posting_key', 3) }} || ':'
            || {{ posting_key_part('gate_findings.posting_key', 4) }}
        ) as entry_id,
        coalesce(
            manifests.source_version,
            cast(substr(split_part(gate_findings.posting_key, ':', 5), 2) as bigint)
        ) as source_version,
        gate_findings.found_at as noted_at,
        gate_findings.reason_code,
        gate_findings.detail
    from {{ ref('fct_gate_findings') }} as gate_findings
    left join {{ ref('fct_posting_manifests') }} as manifests
        on gate_findings.posting_key = manifests.posting_key
    where
        gate_findings.severity not in ('warning', 'info')
        and {{ posting_key_of('gate_findings.posting_key') }} is not null
        and gate_findings.posting_key not like 'R:%'

),

obstacles as (

    select
        entry_id,
        source_version,
        noted_at,
        reason_code,
        detail
    from attempts
    union all
    select
        entry_id,
        source_version,
        noted_at,
        reason_code,
        detail
    from findings

),

-- an attempt under way speaks before everything else: nothing may be sent beside it
ranked as (

    select
        *,
        row_number() over (
            partition by entry_id
            order by
                case reason_code when 'IN_DOUBT' then 1 when 'IN_FLIGHT' then 2 else 3 end asc,
                source_version desc nulls last,
                noted_at desc nulls last,
                reason_code asc
        ) as obstacle_rank
    from obstacles

)

select
    ranked.entry_id,
    ranked.source_version,
    ranked.reason_code,
    ranked.detail,
    ranked.noted_at,
    {{ as_of() }} as as_of_at,
    reasons.owner_role,
    {{ exception_id('reasons.stage', 'ranked.entry_id', 'ranked.reason_code') }} as exception_id
from ranked
left join {{ ref('dim_reasons') }} as reasons on ranked.reason_code = reasons.reason_code
where ranked.obstacle_rank = 1
