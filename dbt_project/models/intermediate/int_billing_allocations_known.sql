{{ known_versions(
    ref('int_billing_allocations_unioned'),
    ['source_system', 'source_allocation_id']
) }}
