-- The latest close before K of the latest earlier period: what the roll-forwards open with.
with

closes as (

    select
        period_id,
        as_of_at,
        row_number() over (order by period_id desc, as_of_at desc) as close_rank
    from {{ ref('stg_tieout__close_reports') }}
    where as_of_at < {{ as_of() }} and period_id < {{ period_id() }}
    group by period_id, as_of_at

)

select
    period_id,
    as_of_at
from closes
where close_rank = 1
