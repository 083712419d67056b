-- An entry keeps the destination decided when it was first planned for its legal entity; a voided
-- plan binds nobody, and an entry that moved to another entity goes where that one's entries go. A
-- ledger that did not keep the entity binds whatever entity it is.
with

plans as (

    select
        *,
        max(case when legal_entity_id is null then 0 else 1 end) over (partition by entry_id)
            as has_entity
    from {{ ref('stg_tieout__planned_lines') }}
    where planned_at <= {{ as_of() }} and state != 'void'

),

ranked as (

    select
        entry_id,
        legal_entity_id,
        target,
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
    target
from ranked
where plan_rank = 1
