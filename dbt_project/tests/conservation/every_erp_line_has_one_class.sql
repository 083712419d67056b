-- All ERP lines = matched + duplicates + orphans, in number and hours. A repetition that was
-- reversed nets to nothing, so it leaves the mart of duplicates and no hours.
{{ config(tags=['after_posting']) }}

with

parts as (

    select
        'all' as part,
        line_class,
        hours
    from {{ ref('fct_erp_postings') }}
    union all
    select
        'mart' as part,
        'orphan' as line_class,
        hours
    from {{ ref('rec_orphan_postings') }}
    union all
    select
        'mart' as part,
        'duplicate' as line_class,
        hours
    from {{ ref('rec_duplicate_postings') }}

)

select
    coalesce(line_class, 'none') as line_class,
    sum(case part when 'all' then hours else 0 end) as line_hours,
    sum(case part when 'mart' then hours else 0 end) as mart_hours,
    count(*) as row_count
from parts
group by coalesce(line_class, 'none')
having
    coalesce(line_class, 'none') not in ('matched', 'duplicate', 'orphan')
    or (
        coalesce(line_class, 'none') != 'matched'
        and sum(case part when 'all' then hours else 0 end)
        != sum(case part when 'mart' then hours else 0 end)
    )
