with

source as (

    {{ csv_versions('posting_manifests', [
        'manifest_id', 'external_id', 'entry_id', 'entry_version', 'hours',
        'cost_amount_functional', 'bill_amount_contract'
    ]) }}

)

select
    source_system,
    manifest_id as source_manifest_id,
    source_version,
    known_at,
    is_deleted,
    external_id,
    {{ csv_entry_reference('entry_id') }} as entry_id,
    entry_version,
    hours,
    cost_amount_functional,
    bill_amount_contract
from source
