{{ known_versions(
    ref('stg_csv_tables__payroll_lines'),
    ['source_system', 'source_payroll_line_id']
) }}
