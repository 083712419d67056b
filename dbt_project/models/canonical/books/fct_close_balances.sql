-- A close at or after K is none yet: what it kept must not be seen from K.
with

kept as (

    select * from {{ ref('stg_tieout__close_balances') }}
    where as_of_at < {{ as_of() }}

),

prior_close as (

    select * from {{ ref('int_prior_close') }}

)

select
    {{ surrogate_key([
        'kept.period_id',
        'kept.as_of_at',
        'kept.rollforward',
        'kept.component',
        'kept.legal_entity_id',
        'kept.measure',
        'kept.currency_code'
    ]) }} as close_balance_id,
    kept.period_id,
    kept.as_of_at,
    kept.rollforward,
    kept.component,
    kept.legal_entity_id,
    kept.measure,
    kept.currency_code,
    kept.closing_amount,
    kept.drafted_at,
    prior_close.period_id is not null as is_prior
from kept
left join prior_close
    on kept.period_id = prior_close.period_id and kept.as_of_at = prior_close.as_of_at
