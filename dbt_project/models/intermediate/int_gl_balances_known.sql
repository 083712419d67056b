{{ known_versions(
    ref('stg_csv_tables__gl_balances'),
    ['source_system', 'source_balance_id']
) }}
