with

lines as (

    select * from {{ ref('int_contract_lines_known') }}
    where version_rank = 1

)

select
    ids.contract_line_id,
    coalesce(own_contracts.contract_id, contracts.contract_id) as contract_id,
    coalesce(project_identities.project_id, {{ unknown_member() }}) as project_id,
    lines.source_task_id as task_id,
    lines.line_type,
    lines.cap_amount_contract,
    lines.price_amount_contract,
    contracts.currency_code,
    lines.included_hours,
    lines.markup_percent,
    coalesce(lines.discount_percent, contracts.discount_percent) as discount_percent,
    lines.presentation,
    coalesce(lines.needs_vendor_bill, false) as needs_vendor_bill,
    lines.start_date,
    lines.end_date,
    not lines.is_deleted and coalesce(contracts.is_active, true) as is_active,
    lines.source_system,
    lines.source_contract_line_id,
    lines.source_contract_id,
    lines.source_project_id,
    lines.source_version,
    lines.known_at
from lines
inner join {{ ref('int_contract_line_ids') }} as ids
    on
        lines.source_system = ids.source_system
        and lines.source_contract_line_id = ids.source_contract_line_id
left join {{ ref('int_contract_ids') }} as own_contracts
    on
        lines.source_system = own_contracts.source_system
        and lines.source_contract_id = own_contracts.source_contract_id
left join {{ ref('dim_contracts') }} as contracts
    on coalesce(own_contracts.contract_id, lines.source_contract_id) = contracts.contract_id
left join {{ ref('dim_project_identities') }} as project_identities
    on
        lines.source_system = project_identities.source_system
        and lines.source_project_id = project_identities.source_project_id
