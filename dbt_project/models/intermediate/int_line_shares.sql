{% set measures = [
    ('hours', 'hours', 'hours'),
    ('cost', 'cost_amount_functional', 'cost'),
    ('bill', 'bill_amount_contract', 'bill')
] %}
-- The share of every entry version in every line of its group. A line that does not state a
-- measure posts none of it. Nothing is shared across an entity or a currency.
with

erp_lines as (

    select * from {{ ref('int_erp_lines_ranked') }}
    where entry_id is null

),

members as (

    select
        matches.*,
        {% for measure, column, stated in measures %}
            erp_lines.{{ column }} as {{ measure }}_of_line,
            cast(
                case
                    when not erp_lines.states_{{ measure }} then 0
                    when erp_lines.is_reversal
                        then -coalesce(matches.stated_{{ stated }}, matches.{{ column }})
                    else coalesce(matches.stated_{{ stated }}, matches.{{ column }})
                end as decimal(18, 4)
            ) as {{ measure }}_of_entry,
        {% endfor %}
        dense_rank() over (
            partition by matches.match_group_id
            order by
                erp_lines.posted_at asc nulls last, {{ natural_order('matches.posting_line_id') }}
        ) as line_rank,
        dense_rank() over (
            partition by matches.match_group_id
            order by
                matches.work_date asc nulls last, matches.entry_id asc, matches.matched_version asc
        ) as entry_rank
    from {{ ref('int_line_matches') }} as matches
    inner join erp_lines on matches.posting_line_id = erp_lines.posting_line_id
    where
        erp_lines.legal_entity_id = matches.legal_entity_id
        and (
            erp_lines.functional_currency_code = matches.functional_currency_code
            or erp_lines.cost_amount_functional = 0
        )
        and (
            not erp_lines.states_bill
            or erp_lines.bill_amount_contract = 0
            or coalesce(matches.stated_bill, matches.bill_amount_contract) = 0
            or erp_lines.contract_currency_code = matches.contract_currency_code
        )

),

cumulated as (

    select
        *,
        {% for measure, column, stated in measures %}
            sum({{ measure }}_of_entry) over (
                partition by match_group_id, line_rank order by entry_rank asc
                rows between unbounded preceding and current row
            ) as {{ measure }}_up_to_entry,
            sum({{ measure }}_of_line) over (
                partition by match_group_id, entry_rank order by line_rank asc
                rows between unbounded preceding and current row
            ) as {{ measure }}_up_to_line,
            sum({{ measure }}_of_line) over (partition by match_group_id, entry_rank)
                as {{ measure }}_of_group,
        {% endfor %}
        count(*) over (partition by match_group_id, entry_rank) as line_count
    from members

)

select
    posting_line_id || '|' || entry_id || '|' || cast(matched_version as varchar)
    || '|' || match_group_id as posting_share_id,
    posting_line_id,
    entry_id,
    source_system,
    source_record_id,
    matched_version as source_version,
    leg,
    match_group_id,
    match_tier,
    match_method,
    legal_entity_id,
    worker_id,
    client_id,
    project_id,
    work_date,
    accounting_period_id as work_period_id,
    is_billable,
    {{ group_share('hours') }} as hours,
    {{ group_share('cost') }} as cost_amount_functional,
    functional_currency_code,
    {{ group_share('bill') }} as bill_amount_contract,
    contract_currency_code
from cumulated
