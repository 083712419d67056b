-- The twelve periods of a 4-4-5 year: first week and number of weeks of each; a 53rd week belongs
-- to the last one.
{% set periods = [
    (0, 4), (4, 4), (8, 5), (13, 4), (17, 4), (21, 5), (26, 4), (30, 4), (34, 5), (39, 4), (43, 4)
] %}

with

fiscal_years as (

    select * from {{ ref('stg_tieout__fiscal_years') }}

),

periods as (

    {% for first_week, week_count in periods %}
        select
            legal_entity_id,
            cast(fiscal_year as varchar) || '-P{{ '%02d' % loop.index }}' as accounting_period_id,
            {{ add_days('start_date', first_week * 7) }} as start_date,
            {{ add_days('start_date', (first_week + week_count) * 7 - 1) }} as end_date
        from fiscal_years
        union all
    {% endfor %}
    select
        legal_entity_id,
        cast(fiscal_year as varchar) || '-P12' as accounting_period_id,
        {{ add_days('start_date', 47 * 7) }} as start_date,
        {{ add_days('start_date', 'week_count * 7 - 1') }} as end_date
    from fiscal_years

)

select * from periods
