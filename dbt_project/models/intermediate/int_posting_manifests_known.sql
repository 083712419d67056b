{{ known_versions(
    ref('stg_csv_tables__posting_manifests'),
    ['source_system', 'source_manifest_id']
) }}
