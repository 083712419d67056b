{{ union_shapes(
    relations=[
        ref('stg_netsuite__fx_rates'),
        ref('stg_tryton__fx_rates'),
        ref('stg_d365_fo__fx_rates'),
        ref('stg_business_central__fx_rates'),
        ref('stg_oracle_fusion__fx_rates'),
        ref('stg_csv_folder__fx_rates'),
        ref('stg_csv_tables__fx_rates')
    ],
    columns=[
        'source_system', 'source_rate_id', 'source_version', 'known_at', 'is_deleted',
        'from_currency_code', 'to_currency_code', 'rate_date', 'fx_rate', 'rate_type'
    ]
) }}
