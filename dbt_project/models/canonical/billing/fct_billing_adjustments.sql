-- A decision counts from the day it was taken. It names an ERP line (as its id or as system:id),
-- an entry, then the line that stands for it is meant, or a whole project.
with

decisions as (

    select
        source_system,
        source_adjustment_id,
        adjustment_kind,
        erp_line_id,
        source_record_ref,
        source_project_id,
        adjusted_hours,
        adjusted_amount_contract,
        reason,
        source_approver_id,
        decided_on,
        source_version,
        known_at
    from {{ ref('int_billing_adjustments_known') }}
    where
        version_rank = 1
        and not is_deleted
        and decided_on <= cast({{ as_of() }} as date)

),

postings as (

    select * from {{ ref('fct_erp_postings') }}

),

entry_lines as (

    {{ ranked_entry_lines('postings') }}

),

placed as (

    select
        decisions.*,
        coalesce(
            own_lines.posting_line_id, named_lines.posting_line_id, entry_lines.posting_line_id
        ) as posting_line_id,
        coalesce(own_lines.entry_id, named_lines.entry_id, decisions.source_record_ref)
            as entry_id,
        coalesce(
            own_lines.contract_currency_code,
            named_lines.contract_currency_code,
            entry_lines.contract_currency_code
        ) as contract_currency_code,
        coalesce(
            own_lines.legal_entity_id, named_lines.legal_entity_id, entry_lines.legal_entity_id
        ) as legal_entity_id,
        coalesce(own_lines.project_id, named_lines.project_id, entry_lines.project_id)
            as line_project_id
    from decisions
    left join postings as own_lines
        on
            decisions.source_system = own_lines.erp_system
            and decisions.erp_line_id = own_lines.erp_line_id
    left join postings as named_lines on decisions.erp_line_id = named_lines.posting_line_id
    left join entry_lines
        on
            {{ key_when('decisions.erp_line_id is null', 'decisions.source_record_ref') }}
            = entry_lines.entry_id
            and entry_lines.entry_line_rank = 1

)

select
    placed.source_system || ':' || placed.source_adjustment_id as adjustment_id,
    placed.adjustment_kind,
    case
        when placed.erp_line_id is not null or placed.source_record_ref is not null then 'item'
        when placed.source_project_id is not null then 'project'
        else 'nothing'
    end as scope,
    placed.posting_line_id,
    placed.entry_id,
    coalesce(
        placed.line_project_id,
        project_identities.project_id,
        projects.project_id,
        {{ unknown_member() }}
    ) as project_id,
    coalesce(placed.legal_entity_id, projects.legal_entity_id, {{ unknown_member() }})
        as legal_entity_id,
    cast(coalesce(placed.adjusted_hours, 0) as decimal(18, 4)) as adjusted_hours,
    cast(coalesce(placed.adjusted_amount_contract, 0) as decimal(18, 4))
        as adjusted_amount_contract,
    placed.contract_currency_code,
    placed.reason,
    coalesce(worker_identities.worker_id, placed.source_approver_id) as approver_id,
    placed.decided_on,
    placed.source_system,
    placed.source_adjustment_id,
    placed.source_version,
    placed.known_at
from placed
left join {{ ref('dim_project_identities') }} as project_identities
    on
        placed.source_system = project_identities.source_system
        and placed.source_project_id = project_identities.source_project_id
left join {{ ref('dim_projects') }} as projects
    on coalesce(project_identities.project_id, placed.source_project_id) = projects.project_id
left join {{ ref('dim_worker_identities') }} as worker_identities
    on
        placed.source_system = worker_identities.source_system
        and placed.source_approver_id = worker_identities.source_worker_id
