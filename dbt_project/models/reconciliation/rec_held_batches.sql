with

batches as (

    select
        *,
        row_number() over (
            -- a batch id ends in a running number behind target, period, entity and stream
            partition by target, period_id, substr(batch_id, 1, length(batch_id) - 7)
            order by created_at desc nulls last, batch_id desc
        ) as batch_rank
    from {{ ref('fct_posting_batches') }}

),

-- a finding without a posting key speaks about the batch as a whole
findings as (

    select
        *,
        row_number() over (
            partition by batch_id
            order by found_at asc nulls last, finding_id asc
        ) as finding_rank
    from {{ ref('fct_gate_findings') }}
    where posting_key is null and severity not in ('warning', 'info')

)

select
    findings.batch_id,
    batches.target,
    batches.period_id,
    findings.rule,
    findings.reason_code,
    findings.detail,
    findings.found_at,
    coalesce(batches.batch_rank > 1, false) as is_superseded,
    {{ as_of() }} as as_of_at,
    reasons.owner_role,
    {{ exception_id('reasons.stage', 'findings.batch_id', 'findings.reason_code') }} as exception_id
from findings
left join batches on findings.batch_id = batches.batch_id
left join {{ ref('dim_reasons') }} as reasons on findings.reason_code = reasons.reason_code
where findings.finding_rank = 1
