-- The header text of an entry that this product posted holds hours and bill value, as
-- 7.5h 1387.50USD. Text that people wrote may hold anything, so what is none is left out.
{%- set figures = '^-?[0-9]{1,14}([.][0-9]{1,4})?h( -?[0-9]{1,14}([.][0-9]{1,4})?[A-Z]{3})?$' %}
with

source as (

    select
        *,
        split_part(header_text, ' ', 2) as bill_text
    from {{ source('sap_s4hana', 'journal_items') }}

),

renamed as (

    select
        source_system,
        id as source_item_id,
        company_code || '/' || accounting_document || '/' || fiscal_year as source_document_id,
        accounting_document_item as item_number,
        version as source_version,
        known_at,
        is_deleted,
        company_code as legal_entity_id,
        gl_account as account_code,
        case when debit_credit_code = 'H' then -abs(amount) else abs(amount) end as amount,
        currency as functional_currency_code,
        header_text,
        item_text,
        assignment_reference,
        nullif(project, '') as source_project_id,
        posting_date as accounting_date,
        document_date,
        creation_date as created_on,
        created_by_user as created_by,
        is_reversal,
        is_reversed,
        case
            when {{ matches_pattern('header_text', figures) }}
                then cast(split_part(header_text, 'h', 1) as decimal(18, 4))
        end as hours,
        case
            when {{ matches_pattern('header_text', figures) }} and bill_text != ''
                then cast(substr(bill_text, 1, length(bill_text) - 3) as decimal(18, 4))
        end as bill_amount_contract,
        case
            when {{ matches_pattern('header_text', figures) }} and bill_text != ''
                then substr(bill_text, length(bill_text) - 2)
        end as contract_currency_code
    from source

)

select * from renamed
