with

source as (

    {{ csv_versions('clients', [
        'client_id', 'client_code', 'client_name', 'currency_code', 'is_active',
        'tax_jurisdiction_code', 'tax_registration', 'payment_terms_days', 'legal_entity_id'
    ]) }}

)

select
    source_system,
    client_id as source_client_id,
    source_version,
    known_at,
    is_deleted,
    coalesce(client_code, client_id) as client_code,
    client_name,
    currency_code,
    is_active,
    tax_jurisdiction_code,
    tax_registration,
    payment_terms_days,
    legal_entity_id
from source
