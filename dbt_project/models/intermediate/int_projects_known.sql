{{ known_versions(
    relation=ref('int_projects_unioned'),
    key_columns=['source_system', 'source_project_id'],
    columns=[
        'project_code', 'project_name', 'source_client_id', 'legal_entity_id', 'billing_model',
        'contract_currency_code', 'cap_amount_contract', 'is_active', 'is_billable',
        'raw_status', 'start_date', 'end_date'
    ]
) }}
