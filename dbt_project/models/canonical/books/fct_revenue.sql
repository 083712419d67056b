with

schedules as (

    select * from {{ ref('int_revenue_schedules_known') }}
    where version_rank = 1 and not is_deleted

),

line_ids as (

    select * from {{ ref('int_contract_line_ids') }}

),

contract_lines as (

    select * from {{ ref('dim_contract_lines') }}

),

contracts as (

    select * from {{ ref('dim_contracts') }}

)

select
    schedules.source_system || ':' || schedules.source_schedule_id as revenue_id,
    schedules.source_system,
    contract_lines.contract_line_id,
    contract_lines.contract_id,
    coalesce(contract_lines.project_id, {{ unknown_member() }}) as project_id,
    coalesce(contracts.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    contract_lines.line_type,
    schedules.source_contract_line_id,
    schedules.accounting_period_id,
    schedules.recognised_amount,
    schedules.currency_code,
    schedules.known_at
from schedules
-- the file names the contract line by its id within the same system, or in full
left join line_ids
    on
        schedules.source_system = line_ids.source_system
        and schedules.source_contract_line_id = line_ids.source_contract_line_id
left join contract_lines
    on
        coalesce(line_ids.contract_line_id, schedules.source_contract_line_id)
        = contract_lines.contract_line_id
left join contracts on contract_lines.contract_id = contracts.contract_id
