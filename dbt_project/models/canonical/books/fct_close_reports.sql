-- A close after K is none yet. The one at K itself is what its recomputation is compared with.
with

kept as (

    select * from {{ ref('stg_tieout__close_reports') }}
    where as_of_at <= {{ as_of() }}

),

prior_close as (

    select * from {{ ref('int_prior_close') }}

)

select
    {{ surrogate_key(['kept.period_id', 'kept.as_of_at', 'kept.report']) }} as close_report_id,
    kept.period_id,
    kept.as_of_at,
    kept.report,
    kept.row_count,
    kept.fingerprint,
    kept.drafted_at,
    prior_close.period_id is not null as is_prior
from kept
left join prior_close
    on kept.period_id = prior_close.period_id and kept.as_of_at = prior_close.as_of_at
