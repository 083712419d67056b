-- What a line with this external id stands for: our own ledger speaks of posting keys, files of the
-- external ids of their own ERP, or of any ERP when their system is none.
with

filed as (

    select * from {{ ref('int_posting_manifests_known') }}
    where version_rank = 1 and not is_deleted

),

erp_systems as (

    select source_system from {{ ref('stg_tieout__system_roles') }}
    where role = 'erp'

),

rows_stated as (

    select
        cast(null as varchar) as erp_system,
        posting_key as manifest_key,
        entry_id,
        source_version,
        hours,
        cost_amount_functional,
        bill_amount_contract
    from {{ ref('stg_tieout__posting_manifests') }}
    union all
    select
        erp_systems.source_system as erp_system,
        filed.external_id as manifest_key,
        filed.entry_id,
        filed.entry_version as source_version,
        filed.hours,
        filed.cost_amount_functional,
        filed.bill_amount_contract
    from filed
    left join erp_systems on filed.source_system = erp_systems.source_system

),

-- what the ERP itself files about a key speaks before what others say
ranked as (

    select
        *,
        max(erp_system) over (partition by manifest_key) as filing_system
    from rows_stated

)

select
    erp_system,
    manifest_key,
    entry_id,
    source_version,
    cast(sum(hours) as decimal(18, 4)) as hours,
    cast(sum(cost_amount_functional) as decimal(18, 4)) as cost_amount_functional,
    cast(sum(bill_amount_contract) as decimal(18, 4)) as bill_amount_contract
from ranked
where erp_system is not null or filing_system is null
group by erp_system, manifest_key, entry_id, source_version
