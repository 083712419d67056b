with

source as (

    {{ csv_versions('tax_rules', [
        'tax_rule_id', 'country_code', 'expense_category', 'legal_entity_id',
        'requires_company_receipt', 'recoverable_ratio', 'tax_code', 'valid_from', 'valid_to'
    ]) }}

)

select
    source_system,
    tax_rule_id as source_tax_rule_id,
    source_version,
    known_at,
    is_deleted,
    country_code,
    expense_category,
    legal_entity_id,
    coalesce(requires_company_receipt, false) as requires_company_receipt,
    recoverable_ratio,
    tax_code,
    valid_from,
    valid_to
from source
