-- A close that was drafted after its cut-off is final: the same cut-off must give the same marts.
with

kept as (

    select
        period_id,
        report,
        fingerprint
    from {{ ref('fct_close_reports') }}
    where
        as_of_at = {{ as_of() }}
        and period_id = {{ period_id() }}
        and drafted_at > as_of_at

)

select
    'I14' as identity_id,
    'all' as legal_entity_id,
    kept.period_id as accounting_period_id,
    kept.report as measure,
    'none' as currency_code,
    cast(1 as decimal(18, 4)) as left_amount,
    cast(case when kept.fingerprint = marts.fingerprint then 1 else 0 end as decimal(18, 4))
        as right_amount
from kept
left join {{ ref('rec_mart_fingerprints') }} as marts on kept.report = marts.report
