{{ entry_versions(
    ref('int_time_entries_unioned'),
    "approval_status = 'approved' and not is_deleted"
) }}
