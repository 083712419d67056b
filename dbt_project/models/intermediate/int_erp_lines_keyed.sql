-- Lines in canonical ids. Whether the entry that a line names exists is not asked here. Where the
-- entity's calendar is not that of months, the accounting period is that of the accounting date,
-- whatever the ERP calls it.
with

erp_lines as (

    select * from {{ ref('int_erp_lines_named') }}

),

worker_identities as (

    select * from {{ ref('dim_worker_identities') }}

),

project_identities as (

    select * from {{ ref('dim_project_identities') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

entities as (

    select * from {{ ref('dim_legal_entities') }}

),

accounting_dates as (

    select * from {{ ref('int_accounting_dates') }}

)

select
    erp_lines.source_system || ':' || erp_lines.erp_line_id as posting_line_id,
    erp_lines.source_system as erp_system,
    erp_lines.erp_line_id,
    erp_lines.external_id,
    erp_lines.posting_key,
    erp_lines.source_record_ref,
    erp_lines.named_entry_id,
    erp_lines.manifest_key,
    case when erp_lines.manifest_key is null then erp_lines.named_entry_id end as entry_id,
    erp_lines.key_version,
    erp_lines.leg,
    erp_lines.is_taking_back as is_reversal,
    erp_lines.is_manual,
    erp_lines.record_type,
    erp_lines.memo,
    erp_lines.created_by,
    coalesce(entities.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    coalesce(worker_identities.worker_id, {{ unknown_member() }}) as worker_id,
    coalesce(project_identities.project_id, {{ unknown_member() }}) as project_id,
    erp_lines.work_date,
    erp_lines.accounting_date,
    coalesce(
        case
            when coalesce(entities.calendar, 'month') = 'month'
                then erp_lines.accounting_period_id
        end,
        accounting_dates.work_period_id,
        {{ month_id('erp_lines.accounting_date') }}
    ) as accounting_period_id,
    erp_lines.posted_at,
    erp_lines.is_billable,
    erp_lines.source_worker_id is not null as names_worker,
    erp_lines.hours is not null as states_hours,
    erp_lines.cost_amount_functional is not null as states_cost,
    erp_lines.bill_amount_contract is not null as states_bill,
    cast(coalesce(erp_lines.hours, 0) as decimal(18, 4)) as hours,
    cast(coalesce(erp_lines.cost_amount_functional, 0) as decimal(18, 4))
        as cost_amount_functional,
    coalesce(
        erp_lines.functional_currency_code, entities.functional_currency_code, 'XXX'
    ) as functional_currency_code,
    cast(coalesce(erp_lines.bill_amount_contract, 0) as decimal(18, 4)) as bill_amount_contract,
    erp_lines.contract_currency_code,
    erp_lines.known_at
from erp_lines
left join worker_identities
    on
        erp_lines.source_system = worker_identities.source_system
        and erp_lines.source_worker_id = worker_identities.source_worker_id
left join project_identities
    on
        erp_lines.source_system = project_identities.source_system
        and erp_lines.source_project_id = project_identities.source_project_id
left join crosswalks
    on
        erp_lines.source_system = crosswalks.source_system
        and erp_lines.legal_entity_id = crosswalks.source_id
left join entities
    on coalesce(crosswalks.canonical_id, erp_lines.legal_entity_id) = entities.legal_entity_id
left join accounting_dates
    on
        entities.legal_entity_id = accounting_dates.legal_entity_id
        and erp_lines.accounting_date = accounting_dates.fact_date
