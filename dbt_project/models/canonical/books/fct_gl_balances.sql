with

balances as (

    select * from {{ ref('int_gl_balances_known') }}
    where version_rank = 1 and not is_deleted

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

entities as (

    select * from {{ ref('dim_legal_entities') }}

)

select
    balances.source_system || ':' || balances.source_balance_id as gl_balance_id,
    balances.source_system,
    coalesce(entities.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    balances.account_code,
    balances.accounting_period_id,
    balances.currency_code,
    balances.opening_amount,
    balances.debit_amount,
    balances.credit_amount,
    balances.closing_amount,
    balances.known_at
from balances
left join crosswalks
    on
        balances.source_system = crosswalks.source_system
        and balances.source_entity_id = crosswalks.source_id
left join entities
    on coalesce(crosswalks.canonical_id, balances.source_entity_id) = entities.legal_entity_id
