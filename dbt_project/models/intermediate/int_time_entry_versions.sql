{{ known_versions(
    ref('int_time_entries_unioned'),
    ['source_system', 'source_record_id']
) }}
