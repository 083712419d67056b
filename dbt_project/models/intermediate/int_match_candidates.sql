-- Entries that an unmatched line might mean: those nobody posted in the same worker, week and
-- project, or in the same project and week or period where the line names no more.
with

shared as (

    select
        posting_line_id,
        entry_id,
        leg
    from {{ ref('int_line_shares') }}

),

shared_lines as (

    select distinct posting_line_id from shared

),

shared_legs as (

    select distinct
        entry_id,
        leg
    from shared

),

pairs as (

    {% for level in ['week', 'worker_period', 'project_week', 'project_period'] %}
        select
            erp_lines.posting_line_id,
            versions.entry_id,
            versions.source_version,
            versions.leg,
            versions.hours,
            versions.cost_amount_functional,
            versions.bill_amount_contract,
            (not erp_lines.states_hours or erp_lines.hours = versions.hours)
            and (
                not erp_lines.states_cost
                or erp_lines.cost_amount_functional = versions.cost_amount_functional
            )
            and (
                not erp_lines.states_bill
                or erp_lines.bill_amount_contract = versions.bill_amount_contract
            )
            and coalesce(erp_lines.work_date = versions.work_date, false) as is_equal,
            abs(erp_lines.hours - versions.hours) as hours_apart
        from {{ ref('int_open_lines') }} as erp_lines
        inner join {{ ref('int_open_versions') }} as versions
            on erp_lines.{{ level }}_key = versions.{{ level }}_key
        where versions.is_newest
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

ranked as (

    select
        pairs.*,
        row_number() over (
            partition by pairs.posting_line_id
            order by
                case when pairs.is_equal then 0 else 1 end asc,
                pairs.hours_apart asc,
                pairs.entry_id asc
        ) as candidate_rank
    from pairs
    left join shared_lines on pairs.posting_line_id = shared_lines.posting_line_id
    left join shared_legs on pairs.entry_id = shared_legs.entry_id and pairs.leg = shared_legs.leg
    where shared_lines.posting_line_id is null and shared_legs.entry_id is null

)

select * from ranked  -- noqa: AM04
