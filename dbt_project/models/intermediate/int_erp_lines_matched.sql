-- A line meets the entry that it names, if that entry is known. What the line does not say about
-- worker, project, date or currency is taken from the version that it posted.
with

erp_lines as (

    select * from {{ ref('int_erp_lines_keyed') }}

),

line_versions as (

    select * from {{ ref('int_erp_line_versions') }}

),

versions as (

    select * from {{ ref('int_entry_versions') }}

),

projects as (

    select * from {{ ref('dim_projects') }}

),

described as (

    select
        erp_lines.*,
        line_versions.entry_id as known_entry_id,
        line_versions.source_version,
        line_versions.source_version = line_versions.described_version as is_version_known,
        versions.source_system,
        versions.source_record_id,
        versions.client_id as version_client_id,
        versions.work_date as version_work_date,
        versions.is_billable as version_is_billable,
        versions.bill_currency_code as version_currency_code,
        coalesce(
            nullif(erp_lines.legal_entity_id, {{ unknown_member() }}),
            versions.legal_entity_id, {{ unknown_member() }}
        ) as line_legal_entity_id,
        coalesce(
            nullif(erp_lines.worker_id, {{ unknown_member() }}),
            versions.worker_id, {{ unknown_member() }}
        ) as line_worker_id,
        coalesce(
            nullif(erp_lines.project_id, {{ unknown_member() }}),
            versions.project_id, {{ unknown_member() }}
        ) as line_project_id
    from erp_lines
    left join line_versions on erp_lines.posting_line_id = line_versions.posting_line_id
    left join versions
        on
            line_versions.entry_id = versions.entry_id
            and line_versions.described_version = versions.source_version

)

select
    described.posting_line_id,
    described.erp_system,
    described.erp_line_id,
    described.external_id,
    described.posting_key,
    described.source_record_ref,
    described.named_entry_id,
    described.manifest_key,
    described.known_entry_id as entry_id,
    described.source_system,
    described.source_record_id,
    described.source_version,
    described.leg,
    described.is_reversal,
    described.is_manual,
    described.record_type,
    described.memo,
    described.created_by,
    described.line_legal_entity_id as legal_entity_id,
    described.line_worker_id as worker_id,
    coalesce(
        nullif(projects.client_id, {{ unknown_member() }}),
        described.version_client_id, {{ unknown_member() }}
    ) as client_id,
    described.line_project_id as project_id,
    -- a version we never saw may have had another date: then the line speaks for itself
    case
        when described.is_version_known
            then coalesce(described.version_work_date, described.work_date)
        else coalesce(described.work_date, described.version_work_date)
    end as work_date,
    described.accounting_date,
    described.accounting_period_id,
    described.posted_at,
    described.names_worker,
    described.states_hours,
    described.states_cost,
    described.states_bill,
    coalesce(described.is_billable, described.version_is_billable, false) as is_billable,
    described.hours,
    described.cost_amount_functional,
    described.functional_currency_code,
    described.bill_amount_contract,
    coalesce(
        described.contract_currency_code, described.version_currency_code,
        projects.contract_currency_code, described.functional_currency_code
    ) as contract_currency_code,
    described.known_at
from described
left join projects on described.line_project_id = projects.project_id
