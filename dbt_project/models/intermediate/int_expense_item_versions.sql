{{ entry_versions(
    ref('int_expense_items_unioned'),
    "approval_status = 'approved' and not is_deleted and not coalesce(is_personal, false)"
) }}
