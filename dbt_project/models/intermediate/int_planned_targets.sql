-- An entry keeps the destination decided when it was first planned; a voided plan binds nobody.
with

ranked as (

    select
        entry_id,
        target,
        row_number() over (
            partition by entry_id
            order by planned_at asc, posting_key asc
        ) as plan_rank
    from {{ ref('stg_tieout__planned_lines') }}
    where planned_at <= {{ as_of() }} and state != 'void'

)

select
    entry_id,
    target
from ranked
where plan_rank = 1
