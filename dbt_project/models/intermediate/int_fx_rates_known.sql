{{ known_versions(
    relation=ref('int_fx_rates_unioned'),
    key_columns=['source_system', 'source_rate_id'],
    columns=[
        'from_currency_code', 'to_currency_code', 'rate_date', 'fx_rate', 'rate_type'
    ]
) }}
