-- The entry that a line names: by posting key first, then by a reference in memo or custom field;
-- or the manifest that lists its entries. A line of one entry that it names needs no manifest.
with

erp_lines as (

    select
        *,
        coalesce(key_entry_id, source_record_ref) as named_entry_id,
        coalesce(
            posting_key,
            case
                when external_id like 'R:%' or external_id like 'r:%' then substr(external_id, 3)
                else external_id
            end
        ) as lookup_key
    from {{ ref('int_erp_lines_known') }}

),

erp_systems as (

    select distinct source_system from erp_lines

),

-- a manifest that names no ERP holds in every one
manifests as (

    select
        manifests.manifest_key,
        erp_systems.source_system,
        count(distinct manifests.entry_id) as entry_count,
        max(manifests.entry_id) as last_entry_id
    from {{ ref('int_posting_manifests') }} as manifests
    inner join erp_systems
        on coalesce(manifests.erp_system, erp_systems.source_system) = erp_systems.source_system
    group by manifests.manifest_key, erp_systems.source_system

)

select
    erp_lines.*,  -- noqa: AM04
    case
        when
            manifests.entry_count > 1
            or manifests.last_entry_id != erp_lines.named_entry_id
            or erp_lines.named_entry_id is null
            then manifests.manifest_key
    end as manifest_key,
    coalesce(
        erp_lines.key_leg,
        case
            when
                erp_lines.hours is null
                and erp_lines.cost_amount_functional is null
                and erp_lines.bill_amount_contract is not null
                then 'bill'
            else 'cost'
        end
    ) as leg,
    erp_lines.is_reversal
    or coalesce(
        manifests.manifest_key is not null and erp_lines.lookup_key != erp_lines.external_id, false
    )
    or (
        erp_lines.key_entry_id is null
        and erp_lines.source_record_ref is not null
        -- hours say it, else money
        and coalesce(
            nullif(erp_lines.hours, 0),
            erp_lines.cost_amount_functional, erp_lines.bill_amount_contract, 0
        ) < 0
    ) as is_taking_back
from erp_lines
left join manifests
    on
        erp_lines.lookup_key = manifests.manifest_key
        and erp_lines.source_system = manifests.source_system
