-- Lines that name neither an entry nor a manifest. A line that names an entry nobody knows is not
-- matched with another one. The second of two equal lines under one external id repeats the first.
with

erp_lines as (

    select * from {{ ref('int_erp_lines_ranked') }}
    where entry_id is null and manifest_key is null and named_entry_id is null

),

keyed as (

    select
        erp_lines.*,
        {{ match_keys(
            'erp_lines', 'erp_lines.accounting_period_id', 'erp_lines.names_worker',
            'coalesce(erp_lines.work_date is not null, false)'
        ) }},
        case
            when erp_lines.external_id is not null
                then row_number() over (
                    partition by
                        erp_lines.erp_system, erp_lines.external_id, erp_lines.leg,
                        erp_lines.worker_id, erp_lines.project_id, erp_lines.work_date,
                        erp_lines.hours, erp_lines.cost_amount_functional,
                        erp_lines.bill_amount_contract
                    order by
                        erp_lines.posted_at asc nulls last,
                        {{ natural_order('erp_lines.erp_line_id') }}
                )
            else 1
        end as repeat_rank
    from erp_lines

)

select
    *,  -- noqa: AM04
    case
        when repeat_rank > 1
            then first_value(posting_line_id) over (
                partition by
                    erp_system, external_id, leg, worker_id, project_id, work_date, hours,
                    cost_amount_functional, bill_amount_contract
                order by repeat_rank asc
            )
    end as repeated_posting_line_id
from keyed
