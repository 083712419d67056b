-- An amendment is in force in its own dates; a later version of the same amendment replaces it.
with

readings as (

    select
        *,
        row_number() over (
            partition by source_system, source_contract_id, source_version
            order by known_at desc
        ) as reading_rank
    from {{ ref('int_contracts_known') }}

),

versions as (

    select
        ids.contract_id,
        readings.*,
        coalesce(readings.amendment_number, 0) as amendment,
        row_number() over (
            partition by ids.contract_id
            order by
                readings.version_rank asc, readings.source_system asc,
                readings.source_contract_id asc
        ) as contract_rank
    from readings
    left join {{ ref('int_contract_ids') }} as ids
        on
            readings.source_system = ids.source_system
            and readings.source_contract_id = ids.source_contract_id
    where readings.reading_rank = 1

),

-- of two systems that name one contract, the one that speaks first in order keeps its terms
ranked as (

    select
        versions.*,
        speakers.source_system is not null as is_speaker,
        row_number() over (
            partition by
                versions.contract_id,
                versions.source_system,
                versions.source_contract_id,
                versions.amendment
            order by versions.source_version desc
        ) as amendment_rank
    from versions
    left join versions as speakers
        on
            versions.contract_id = speakers.contract_id
            and versions.source_system = speakers.source_system
            and versions.source_contract_id = speakers.source_contract_id
            and speakers.contract_rank = 1

)

select
    ranked.source_system || ':' || ranked.source_contract_id
    || ':' || cast(ranked.source_version as varchar) as contract_version_id,
    ranked.contract_id,
    ranked.contract_code,
    coalesce(ranked.contract_name, ranked.contract_id) as contract_name,
    ranked.engagement_code,
    coalesce(client_identities.client_id, {{ unknown_member() }}) as client_id,
    coalesce(entities.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    ranked.currency_code,
    ranked.start_date,
    ranked.end_date,
    ranked.purchase_order_number,
    ranked.purchase_order_end_date,
    ranked.cap_amount_contract,
    ranked.discount_percent,
    ranked.tax_code,
    ranked.payment_terms_days,
    coalesce(ranked.needs_billing_approval, false) as needs_billing_approval,
    coalesce(ranked.is_active, true) and not ranked.is_deleted as is_active,
    ranked.amendment_number,
    ranked.is_speaker and ranked.amendment_rank = 1 as is_newest_of_amendment,
    ranked.source_system,
    ranked.source_contract_id,
    ranked.source_version,
    ranked.known_at
from ranked
left join {{ ref('dim_client_identities') }} as client_identities
    on
        ranked.source_system = client_identities.source_system
        and ranked.source_client_id = client_identities.source_client_id
left join {{ ref('int_crosswalk_ids') }} as crosswalks
    on
        crosswalks.entity_kind = 'legal_entity'
        and not crosswalks.is_ambiguous
        and ranked.source_system = crosswalks.source_system
        and ranked.source_legal_entity_id = crosswalks.source_id
left join {{ ref('dim_legal_entities') }} as entities
    on
        coalesce(crosswalks.canonical_id, ranked.source_legal_entity_id)
        = entities.legal_entity_id
