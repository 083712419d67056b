{{ known_versions(
    ref('stg_csv_tables__reimbursements'),
    ['source_system', 'source_reimbursement_id']
) }}
