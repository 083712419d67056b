-- Documents that a system describes, with client and entity of their own, else of their contract.
with

documents as (

    select
        *,
        source_system || ':' || source_invoice_id as invoice_key
    from {{ ref('int_invoices_known') }}
    where version_rank = 1

)

select
    documents.invoice_key,
    documents.source_system,
    documents.source_invoice_id as invoice_id,
    documents.invoice_number,
    documents.document_type,
    case when documents.is_deleted then 'void' else documents.invoice_status end as invoice_status,
    documents.invoice_date,
    documents.issued_at,
    documents.due_date,
    coalesce(client_identities.client_id, contracts.client_id) as client_id,
    contracts.contract_id,
    coalesce(entities.legal_entity_id, contracts.legal_entity_id) as legal_entity_id,
    documents.contract_currency_code,
    documents.discount_amount_contract,
    documents.tax_amount_contract,
    documents.rounding_amount_contract,
    documents.retainer_draw_amount_contract,
    documents.payable_amount_contract,
    documents.source_system || ':' || documents.credited_source_invoice_id as credited_invoice_key,
    documents.fx_rate_contract_to_functional,
    contracts.payment_terms_days,
    documents.known_at
from documents
left join {{ ref('dim_client_identities') }} as client_identities
    on
        documents.source_system = client_identities.source_system
        and documents.source_client_id = client_identities.source_client_id
left join {{ ref('int_contract_ids') }} as contract_ids
    on
        documents.source_system = contract_ids.source_system
        and documents.source_contract_id = contract_ids.source_contract_id
left join {{ ref('dim_contracts') }} as contracts
    on coalesce(contract_ids.contract_id, documents.source_contract_id) = contracts.contract_id
left join {{ ref('int_crosswalk_ids') }} as crosswalks
    on
        crosswalks.entity_kind = 'legal_entity'
        and not crosswalks.is_ambiguous
        and documents.source_system = crosswalks.source_system
        and documents.source_legal_entity_id = crosswalks.source_id
left join {{ ref('dim_legal_entities') }} as entities
    on
        coalesce(crosswalks.canonical_id, documents.source_legal_entity_id)
        = entities.legal_entity_id
