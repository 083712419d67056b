{{ known_versions(
    ref('int_time_entries_unioned'),
    ['source_system', 'source_record_id'],
    {
        'first_approved_known_at':
            "min(case when approval_status = 'approved' and not is_deleted then known_at end)",
        'version_count': 'count(*)'
    }
) }}
