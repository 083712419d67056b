-- Holds and releases: the latest decision speaks. Approvals: the latest day up to which work is
-- approved for billing. Amounts add up.
with

keyed as (

    select
        *,
        case
            when scope = 'project' then 'project:' || project_id
            else 'line:' || posting_line_id
        end as decision_key
    from {{ ref('fct_billing_adjustments') }}
    where posting_line_id is not null or scope = 'project'

),

decisions as (

    select
        *,
        row_number() over (
            partition by decision_key, adjustment_kind in ('hold', 'release')
            order by decided_on desc, known_at desc, adjustment_id desc
        ) as decision_rank
    from keyed

)

select
    decision_key,
    scope,
    case when scope = 'item' then max(posting_line_id) end as posting_line_id,
    case when scope = 'project' then max(project_id) end as project_id,
    cast(
        sum(
            case
                when adjustment_kind in ('write_off', 'write_down') then adjusted_amount_contract
                else 0
            end
        ) as decimal(18, 4)
    ) as written_off_amount_contract,
    cast(
        sum(case when adjustment_kind = 'write_up' then adjusted_amount_contract else 0 end)
        as decimal(18, 4)
    ) as written_up_amount_contract,
    max(case when adjustment_kind = 'hold' and decision_rank = 1 then 1 else 0 end) = 1
        as is_on_hold,
    max(case when adjustment_kind = 'hold' and decision_rank = 1 then reason end) as hold_reason,
    max(case when adjustment_kind = 'release' and decision_rank = 1 then decided_on end)
        as released_on,
    max(case when adjustment_kind = 'billing_approval' then decided_on end) as approved_on,
    {{ as_of() }} as as_of_at
from decisions
group by decision_key, scope
