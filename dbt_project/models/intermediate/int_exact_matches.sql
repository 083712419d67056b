{% set shared = [
    'day_key', 'states_hours', 'states_cost', 'states_bill', 'hours', 'cost_amount_functional',
    'bill_amount_contract', 'contract_currency_code'
] %}
-- Tier 2: lines and entries that agree in everything, as many of the one as of the other. Where
-- the numbers differ nobody can tell which belongs to which, and all stay unmatched.
with

erp_lines as (

    select
        *,
        {{ surrogate_key(shared) }} as composite_id,
        row_number() over (
            partition by {{ shared | join(', ') }}
            order by posted_at asc nulls last, erp_system asc, {{ natural_order('erp_line_id') }}
        ) as pair_rank
    from {{ ref('int_open_lines') }}
    where
        day_key is not null
        and repeat_rank = 1
        and (hours != 0 or cost_amount_functional != 0 or bill_amount_contract != 0)

),

composites as (

    select
        composite_id,
        {{ shared | join(', ') }},
        count(*) as line_count,
        max(posted_at) as posted_at
    from erp_lines
    group by composite_id, {{ shared | join(', ') }}

),

-- of several equal versions of one entry the one that stood when the line was posted
candidates as (

    select
        composites.composite_id,
        composites.line_count,
        versions.entry_id,
        versions.source_version,
        versions.leg,
        row_number() over (
            partition by composites.composite_id, versions.entry_id
            order by
                case when versions.valid_from <= composites.posted_at then 0 else 1 end asc,
                case
                    when versions.valid_from <= composites.posted_at then versions.source_version
                    else 0 - versions.source_version
                end desc
        ) as version_rank
    from composites
    inner join {{ ref('int_open_versions') }} as versions
        on composites.day_key = versions.day_key
    where
        (not composites.states_hours or composites.hours = versions.hours)
        and (
            not composites.states_cost
            or composites.cost_amount_functional = versions.cost_amount_functional
        )
        and (
            not composites.states_bill
            or (
                composites.bill_amount_contract = versions.bill_amount_contract
                and (
                    composites.bill_amount_contract = 0
                    or composites.contract_currency_code = versions.contract_currency_code
                )
            )
        )

),

counted as (

    select
        *,
        count(*) over (partition by composite_id) as entry_count,
        count(*) over (partition by entry_id, source_version, leg) as use_count,
        row_number() over (partition by composite_id order by entry_id asc) as pair_rank
    from candidates
    where version_rank = 1

),

judged as (

    select
        *,
        max(use_count) over (partition by composite_id) as highest_use_count
    from counted

)

select
    erp_lines.posting_line_id,
    judged.entry_id,
    judged.source_version,
    judged.leg,
    'pair:' || erp_lines.posting_line_id as match_group_id
from judged
inner join composites on judged.composite_id = composites.composite_id
inner join erp_lines
    on
        composites.composite_id = erp_lines.composite_id
        and judged.pair_rank = erp_lines.pair_rank
where judged.line_count = judged.entry_count and judged.highest_use_count = 1
