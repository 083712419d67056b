{{ known_versions(
    ref('int_expense_items_unioned'),
    ['source_system', 'source_record_id']
) }}
