-- One pair and day may have several records; the last version speaks.
with

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, from_currency_code, to_currency_code, rate_date
            order by source_version desc nulls last, source_rate_id asc
        ) as record_rank
    from {{ ref('int_fx_rates_known') }}
    where version_rank = 1 and not is_deleted

)

select
    source_system || ':' || from_currency_code || ':' || to_currency_code
    || ':' || cast(rate_date as varchar) as fx_rate_id,
    source_system as erp_system,
    from_currency_code,
    to_currency_code,
    rate_date,
    fx_rate,
    rate_type,
    known_at
from ranked
where record_rank = 1
