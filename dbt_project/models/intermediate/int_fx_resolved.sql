-- The latest rate on or before the work date in the ERP's own table: the direct pair, else the
-- inverse of the reverse pair. No rate at all is no row: nothing falls back to a later day.
with

requests as (

    select * from {{ ref('int_fx_requests') }}

),

rates as (

    select * from {{ ref('dim_fx_rates') }}
    where rate_type = 'spot'

),

direct_rates as (

    select
        requests.erp_system,
        requests.from_currency_code,
        requests.to_currency_code,
        requests.work_date,
        rates.fx_rate,
        row_number() over (
            partition by
                requests.erp_system,
                requests.from_currency_code,
                requests.to_currency_code,
                requests.work_date
            order by rates.rate_date desc
        ) as rate_rank
    from requests
    inner join rates
        on
            requests.erp_system = rates.erp_system
            and requests.from_currency_code = rates.from_currency_code
            and requests.to_currency_code = rates.to_currency_code
            and requests.work_date >= rates.rate_date

),

inverse_rates as (

    select
        requests.erp_system,
        requests.from_currency_code,
        requests.to_currency_code,
        requests.work_date,
        {{ money_div('1', 'rates.fx_rate', places=10, numerator_scale=0, denominator_scale=10) }}
            as fx_rate,
        row_number() over (
            partition by
                requests.erp_system,
                requests.from_currency_code,
                requests.to_currency_code,
                requests.work_date
            order by rates.rate_date desc
        ) as rate_rank
    from requests
    inner join rates
        on
            requests.erp_system = rates.erp_system
            and requests.from_currency_code = rates.to_currency_code
            and requests.to_currency_code = rates.from_currency_code
            and requests.work_date >= rates.rate_date

),

resolved as (

    select
        requests.erp_system,
        requests.from_currency_code,
        requests.to_currency_code,
        requests.work_date,
        cast(coalesce(direct_rates.fx_rate, inverse_rates.fx_rate) as decimal(18, 10)) as fx_rate
    from requests
    left join direct_rates
        on
            requests.erp_system = direct_rates.erp_system
            and requests.from_currency_code = direct_rates.from_currency_code
            and requests.to_currency_code = direct_rates.to_currency_code
            and requests.work_date = direct_rates.work_date
            and direct_rates.rate_rank = 1
    left join inverse_rates
        on
            requests.erp_system = inverse_rates.erp_system
            and requests.from_currency_code = inverse_rates.from_currency_code
            and requests.to_currency_code = inverse_rates.to_currency_code
            and requests.work_date = inverse_rates.work_date
            and inverse_rates.rate_rank = 1

)

select * from resolved
where fx_rate is not null
