-- Codes of the systems that own their kind; of every system where nobody owns it. One code in two
-- lists is one code: the list known first speaks. Charts of accounts are per system.
with

codes as (

    select * from {{ ref('int_reference_codes_known') }}
    where version_rank = 1

),

owners as (

    select distinct
        entity,
        source_system
    from {{ ref('int_owners') }}
    where
        field is null
        and coalesce(valid_from <= cast({{ as_of() }} as date), true)
        and coalesce(valid_to >= cast({{ as_of() }} as date), true)

),

owned_kinds as (

    select distinct entity from owners

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

listed as (

    select
        codes.source_system,
        codes.source_code_key,
        codes.code_kind,
        trim(codes.code) as code,
        coalesce(codes.code_name, trim(codes.code)) as code_name,
        codes.parent_code,
        coalesce(entities.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce(codes.is_active, true) and not codes.is_deleted as is_active,
        codes.known_at,
        owned_kinds.entity is null or owners.entity is not null as is_owned
    from codes
    left join owned_kinds on codes.code_kind = owned_kinds.entity
    left join owners
        on codes.code_kind = owners.entity and codes.source_system = owners.source_system
    left join crosswalks
        on
            codes.source_system = crosswalks.source_system
            and codes.legal_entity_id = crosswalks.source_id
    left join {{ ref('stg_tieout__legal_entities') }} as entities
        on coalesce(crosswalks.canonical_id, codes.legal_entity_id) = entities.legal_entity_id

)

select
    listed.*,
    row_number() over (
        partition by listed.is_owned, listed.code_kind, listed.code
        order by
            listed.is_active desc, listed.known_at asc, listed.source_system asc,
            listed.source_code_key asc
    ) as code_rank
from listed
