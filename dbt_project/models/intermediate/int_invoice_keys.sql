-- A document is known by its own system; an id that only one system uses is found from any other.
with

documents as (

    select
        source_system,
        source_invoice_id,
        source_system || ':' || source_invoice_id as invoice_key,
        case when is_deleted then 'void' else invoice_status end as invoice_status,
        document_type,
        invoice_number,
        invoice_date,
        credited_source_invoice_id,
        count(*) over (partition by source_invoice_id) = 1 as is_unique
    from {{ ref('int_invoices_known') }}
    where version_rank = 1

)

select * from documents
