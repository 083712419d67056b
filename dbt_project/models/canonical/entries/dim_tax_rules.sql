with

rules as (

    select * from {{ ref('int_tax_rules_known') }}
    where version_rank = 1 and not is_deleted

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

)

select
    rules.source_system || ':' || rules.source_tax_rule_id as tax_rule_id,
    upper(rules.country_code) as country_code,
    rules.expense_category,
    coalesce(crosswalks.canonical_id, rules.legal_entity_id) as legal_entity_id,
    rules.requires_company_receipt,
    rules.recoverable_ratio,
    rules.tax_code,
    rules.valid_from,
    coalesce(rules.valid_to, cast('9999-12-31' as date)) as valid_to,
    rules.source_system,
    rules.source_tax_rule_id,
    rules.source_version,
    rules.known_at
from rules
left join crosswalks
    on
        rules.source_system = crosswalks.source_system
        and rules.legal_entity_id = crosswalks.source_id
