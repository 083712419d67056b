{{ known_versions(
    ref('int_reference_codes_unioned'),
    ['source_system', 'source_code_key']
) }}
