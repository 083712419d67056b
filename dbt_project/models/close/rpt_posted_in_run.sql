with

lines as (

    select
        batch_id,
        coalesce(currency_code, 'unknown') as currency_code,
        count(*) as line_count,
        sum(case when state = 'acked' then 1 else 0 end) as acked_count,
        sum(case when state in ('rejected', 'dead') then 1 else 0 end) as rejected_count,
        sum(case when state = 'sending' then 1 else 0 end) as in_doubt_count,
        sum(case when coalesce(is_proven, false) then 1 else 0 end) as proven_count,
        sum(case when state = 'acked' then hours else 0 end) as acked_hours,
        sum(case when state = 'acked' then amount else 0 end) as acked_amount
    from {{ ref('fct_posting_lines') }}
    group by batch_id, coalesce(currency_code, 'unknown')

)

select
    batches.batch_id || ':' || coalesce(lines.currency_code, 'none') as posted_in_run_id,
    batches.target,
    batches.batch_id,
    batches.period_id,
    batches.state,
    coalesce(lines.currency_code, 'none') as currency_code,
    coalesce(lines.line_count, 0) as line_count,
    cast(coalesce(lines.acked_count, 0) as bigint) as acked_count,
    cast(coalesce(lines.rejected_count, 0) as bigint) as rejected_count,
    cast(coalesce(lines.in_doubt_count, 0) as bigint) as in_doubt_count,
    cast(coalesce(lines.proven_count, 0) as bigint) as proven_count,
    cast(coalesce(lines.acked_hours, 0) as decimal(18, 4)) as acked_hours,
    cast(coalesce(lines.acked_amount, 0) as decimal(18, 4)) as acked_amount,
    batches.control_hours,
    batches.control_amount,
    batches.gate_passed,
    batches.gate_evaluated,
    batches.gate_quarantined,
    batches.file_names,
    batches.sha256,
    batches.created_at,
    batches.sealed_at,
    batches.finished_at,
    {{ as_of() }} as as_of_at
from {{ ref('fct_posting_batches') }} as batches
left join lines on batches.batch_id = lines.batch_id
