-- An entry keeps the destination decided when it was first planned for its legal entity, and
-- whether it went alone or in a line of several; a voided plan binds nobody, and an entry that
-- moved to another entity goes where that one's entries go. A ledger that did not keep the entity
-- binds whatever entity it is.
with

planned_lines as (

    select
        posting_key,
        entry_id,
        legal_entity_id,
        target,
        planned_at,
        {{ planned_grain('source_system', 'source_record_id') }} as grain
    from {{ ref('stg_tieout__planned_lines') }}
    where planned_at <= {{ as_of() }} and state != 'void'

),

entry_lines as (

    select
        entry_id,
        legal_entity_id,
        target,
        planned_at,
        posting_key,
        grain
    from planned_lines
    where grain = 'entry'
    union all
    select
        manifests.entry_id,
        planned_lines.legal_entity_id,
        planned_lines.target,
        planned_lines.planned_at,
        planned_lines.posting_key,
        planned_lines.grain
    from planned_lines
    inner join {{ ref('stg_tieout__posting_manifests') }} as manifests
        on planned_lines.posting_key = manifests.posting_key
    where planned_lines.grain != 'entry'

),

plans as (

    select
        *,
        max(case when legal_entity_id is null then 0 else 1 end) over (partition by entry_id)
            as has_entity
    from entry_lines

),

ranked as (

    select
        entry_id,
        legal_entity_id,
        target,
        grain,
        row_number() over (
            partition by entry_id, legal_entity_id
            order by planned_at asc, posting_key asc
        ) as plan_rank
    from plans
    where legal_entity_id is not null or has_entity = 0

)

select
    entry_id,
    legal_entity_id,
    target,
    grain
from ranked
where plan_rank = 1
