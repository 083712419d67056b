-- A milestone is as far as it says, and never further than its dates allow at K.
with

milestones as (

    select
        *,
        row_number() over (
            partition by source_milestone_id
            order by source_system asc
        ) as id_rank,
        coalesce(completed_date <= cast({{ as_of() }} as date), true) as may_be_complete,
        coalesce(accepted_date <= cast({{ as_of() }} as date), true) as may_be_accepted
    from {{ ref('int_milestones_known') }}
    where version_rank = 1

)

select
    case
        when milestones.id_rank = 1 then milestones.source_milestone_id
        else milestones.source_system || ':' || milestones.source_milestone_id
    end as milestone_id,
    coalesce(milestones.milestone_name, milestones.source_milestone_id) as milestone_name,
    coalesce(ids.contract_line_id, contract_lines.contract_line_id) as contract_line_id,
    contract_lines.contract_id,
    coalesce(contracts.client_id, {{ unknown_member() }}) as client_id,
    coalesce(contracts.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    coalesce(contract_lines.project_id, {{ unknown_member() }}) as project_id,
    milestones.milestone_amount_contract,
    contracts.currency_code as contract_currency_code,
    milestones.planned_date,
    milestones.completed_date,
    milestones.accepted_date,
    case
        when milestones.is_deleted or milestones.milestone_status = 'cancelled' then 'cancelled'
        when
            milestones.may_be_accepted
            and coalesce(
                milestones.milestone_status = 'accepted', milestones.accepted_date is not null
            )
            then 'accepted'
        when
            milestones.may_be_complete
            and coalesce(
                milestones.milestone_status in ('complete', 'accepted'),
                milestones.completed_date is not null
            )
            then 'complete'
        else 'planned'
    end as milestone_status,
    milestones.source_system,
    milestones.source_milestone_id,
    milestones.source_version,
    milestones.known_at
from milestones
left join {{ ref('int_contract_line_ids') }} as ids
    on
        milestones.source_system = ids.source_system
        and milestones.source_contract_line_id = ids.source_contract_line_id
left join {{ ref('dim_contract_lines') }} as contract_lines
    on
        coalesce(ids.contract_line_id, milestones.source_contract_line_id)
        = contract_lines.contract_line_id
left join {{ ref('dim_contracts') }} as contracts
    on contract_lines.contract_id = contracts.contract_id
