-- An entry's approval is its report's; the landed version of an entry moves with both.
with

source as (

    select * from {{ source('concur', 'expense_entries') }}

),

renamed as (

    select
        source_system,
        id as source_record_id,
        version as source_version,
        known_at,
        is_deleted,
        report__create_date as source_created_at,
        version_at as source_updated_at,
        lower(report_owner_id) as source_worker_id,
        cast(null as varchar) as source_client_id,
        project__code as source_project_id,
        report_id as source_report_id,
        coalesce(expense_type_name, expense_type_code) as expense_type,
        transaction_date as work_date,
        -- a status nobody knows is never an approval
        case
            when is_deleted then 'deleted'
            when report__approval_status_code = 'A_APPR' then 'approved'
            when report__approval_status_code = 'A_RESU' then 'rejected'
            when coalesce(report__approval_status_code, 'A_NOTF') = 'A_NOTF' then 'draft'
            else 'submitted'
        end as approval_status,
        report__approval_status_code as raw_status,
        case
            when report__approval_status_code = 'A_APPR' then report__processing_payment_date
        end as approved_at,
        case
            when report__approval_status_code = 'A_APPR' then lower(report__approver_login_id)
        end as approver_source_id,
        report__submit_date as submitted_at,
        cast(null as varchar) as legal_entity_id,
        is_billable,
        is_personal,
        company_card_transaction_id is not null
        or coalesce(lower(payment_type_name), '') like 'company%' as is_company_paid,
        transaction_amount,
        transaction_currency_code,
        approved_amount,
        report__currency_code as reimbursement_currency_code,
        cast(exchange_rate as decimal(18, 10)) as exchange_rate,
        -- v3 says that there is VAT, never how much: the amount comes with a tax engine or a file
        cast(null as decimal(18, 4)) as tax_amount,
        cast(null as varchar) as tax_code,
        location_country as country_code,
        case when tax_receipt_type = 'N' then false else has_image end as has_receipt,
        cast(null as boolean) as is_receipt_in_company_name,
        cast(null as varchar) as supplier_tax_registration,
        coalesce(nullif(description, ''), vendor_description) as notes
    from source

)

select * from renamed
