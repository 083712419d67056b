{{ known_versions(
    ref('stg_csv_tables__revenue_schedules'),
    ['source_system', 'source_schedule_id']
) }}
