{{ known_versions(
    ref('int_fx_rates_unioned'),
    ['source_system', 'source_rate_id']
) }}
