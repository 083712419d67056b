{{ known_versions(
    ref('stg_csv_tables__milestones'),
    ['source_system', 'source_milestone_id']
) }}
