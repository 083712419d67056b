-- The ERPs' lines in one shape, with what their external id says about the entry. Our own posting
-- keys are read here; files have a dialect of their own, read in their staging model.
with

keyed as (
    {{ union_shapes(
        relations=[
            ref('stg_netsuite__erp_lines'),
            ref('stg_tryton__erp_lines'),
            ref('stg_d365_fo__erp_lines'),
            ref('stg_sap_s4hana__erp_lines'),
            ref('stg_business_central__erp_lines'),
            ref('stg_oracle_fusion__erp_lines'),
            ref('stg_csv_tables__erp_lines')
        ],
        columns=[
            'source_system', 'erp_line_id', 'source_version', 'known_at', 'is_deleted',
            'record_type', 'external_id', 'memo', 'legal_entity_id', 'source_worker_id',
            'source_project_id', 'work_date', 'accounting_date', 'accounting_period_id',
            'posted_at', 'is_posted', 'is_billable', 'hours', 'cost_amount_functional',
            'functional_currency_code', 'bill_amount_contract', 'contract_currency_code',
            'source_record_ref', 'created_by',
            posting_key_of('external_id') ~ ' as posting_key'
        ]
    ) }}

),

parsed as (

    select
        *,
        posting_key is not null and external_id like 'R:%' as is_reversal,
        external_id is null and source_record_ref is null as is_manual,
        {{ posting_key_part('posting_key', 3) }} || ':' || {{ posting_key_part('posting_key', 4) }}
            as key_entry_id,
        cast(substr(split_part(posting_key, ':', 5), 2) as bigint) as key_version,
        {{ posting_key_leg('posting_key') }} as key_leg
    from keyed

)

{{ union_shapes(
    relations=['parsed', ref('stg_csv_folder__erp_lines')],
    columns=[
        'source_system', 'erp_line_id', 'source_version', 'known_at', 'is_deleted',
        'record_type', 'external_id', 'memo', 'legal_entity_id', 'source_worker_id',
        'source_project_id', 'work_date', 'accounting_date', 'accounting_period_id',
        'posted_at', 'is_posted', 'is_billable', 'hours', 'cost_amount_functional',
        'functional_currency_code', 'bill_amount_contract', 'contract_currency_code',
        'source_record_ref', 'created_by', 'posting_key', 'is_reversal', 'is_manual',
        'key_entry_id', 'key_version', 'key_leg'
    ]
) }}
