-- Our lines beside what their entry, or their group, is now. A line is kept when it says what the
-- entry says and nobody asked to take it back; of several such lines the newest. Of an entry that
-- is for people only what they asked for is taken back.
{% set dimensions = [
    ('legal_entity_id', 'legal_entity_id'), ('worker_id', 'worker_id'),
    ('project_id', 'project_id'), ('work_period_id', 'accounting_period_id'),
    ('task_id', 'task_id'), ('cost_center_code', 'cost_center_code'),
    ('labour_category', 'labour_category'), ('is_billable_version', 'is_billable'),
    ('functional_currency_code', 'functional_currency_code')
] %}
with

own_lines as (

    select * from {{ ref('pst_own_lines') }}

),

compared as (

    select
        own_lines.*,
        coalesce(entries.is_effective, false) or coalesce(own_lines.has_blocked_member, false)
            as is_effective,
        coalesce(
            entries.is_effective
            and not coalesce(own_lines.has_blocked_member, false)
            and entries.reason_code is null
            and entries.target is not null
            and not {{ is_policy_excluded('entries') }}, false
        ) as is_postable,
        entries.source_version as current_version,
        entries.target as current_target,
        entries.legal_entity_id as current_legal_entity_id,
        entries.project_id as current_project_id,
        entries.accounting_period_id as current_period_id,
        entries.work_date as current_work_date,
        coalesce(
            own_lines.hours = entries.hours
            and coalesce(own_lines.has_same_members, true)
            {% for posted, current in dimensions %}
                and (own_lines.{{ posted }} is not distinct from entries.{{ current }})
            {% endfor %}, false
        ) as is_same_work,
        coalesce(own_lines.has_same_values, true) and coalesce(
            abs(own_lines.cost_amount_functional - entries.cost_amount_functional)
            <= {{ policy_amount('tolerance') }}
            and (
                (own_lines.bill_amount_contract = 0 and entries.bill_amount_contract = 0)
                or (
                    abs(own_lines.bill_amount_contract - entries.bill_amount_contract)
                    <= {{ policy_amount('tolerance') }}
                    and own_lines.contract_currency_code = entries.contract_currency_code
                )
            ), false
        ) as is_same_value
    from own_lines
    left join {{ ref('int_posting_units') }} as entries on own_lines.entry_id = entries.entry_id

),

ranked as (

    select
        *,
        not is_reversed
        and is_effective
        and is_same_work
        and is_same_value
        and not is_requested as is_right,
        max(case when is_for_people then 1 else 0 end) over (partition by entry_id) as disputes,
        max(case when is_requested then 1 else 0 end) over (partition by entry_id) as requests,
        row_number() over (
            partition by entry_id
            order by
                case
                    when
                        not is_reversed
                        and is_effective
                        and is_same_work
                        and is_same_value
                        and not is_requested
                        then 1
                    when not is_reversed then 2
                    else 3
                end asc,
                source_version desc, posting_round desc, posting_line_id asc
        ) as line_rank
    from compared

)

select
    *, -- noqa: AM04
    is_right and line_rank = 1 as is_kept,
    not is_reversed
    and not (is_right and line_rank = 1)
    and (is_requested or disputes = 0) as is_to_reverse
from ranked
