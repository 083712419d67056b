-- The rate in force on the work date in the ERP's own table: the latest of that day or before, of
-- the direct pair, else the inverse of the reverse pair. Where the firm limits the age of a rate,
-- an older one is none. No rate is no row: nothing falls back to a later day.
with

requests as (

    select * from {{ ref('int_fx_requests') }}

),

spot_rates as (

    select
        erp_system,
        from_currency_code,
        to_currency_code,
        rate_date,
        rate_type,
        fx_rate,
        true as is_direct
    from {{ ref('dim_fx_rates') }}
    where rate_type = 'spot'
    union all
    select
        erp_system,
        to_currency_code as from_currency_code,
        from_currency_code as to_currency_code,
        rate_date,
        rate_type,
        {{ money_div('1', 'fx_rate', places=10, numerator_scale=0, denominator_scale=10) }}
            as fx_rate,
        false as is_direct
    from {{ ref('dim_fx_rates') }}
    where rate_type = 'spot'

),

limits as (

    select max(cast(policy_value as integer)) as max_age_days
    from {{ ref('dim_policies') }}
    where policy = 'fx_max_age_days'

),

ranked as (

    select
        requests.erp_system,
        requests.from_currency_code,
        requests.to_currency_code,
        requests.work_date,
        spot_rates.rate_date,
        spot_rates.rate_type,
        cast(spot_rates.fx_rate as decimal(18, 10)) as fx_rate,
        row_number() over (
            partition by
                requests.erp_system,
                requests.from_currency_code,
                requests.to_currency_code,
                requests.work_date
            order by spot_rates.is_direct desc, spot_rates.rate_date desc
        ) as rate_rank
    from requests
    cross join limits
    inner join spot_rates
        on
            requests.erp_system = spot_rates.erp_system
            and requests.from_currency_code = spot_rates.from_currency_code
            and requests.to_currency_code = spot_rates.to_currency_code
            and requests.work_date >= spot_rates.rate_date
            and coalesce(
                {{ days_between('spot_rates.rate_date', 'requests.work_date') }}
                <= limits.max_age_days,
                true
            )

)

select
    erp_system,
    from_currency_code,
    to_currency_code,
    work_date,
    fx_rate,
    rate_type,
    rate_date
from ranked
where rate_rank = 1
