-- The identities hold every component once: a join that drops a one-sided row shows here.
-- depends_on: {{ ref('rpt_period_tie_out') }}
{{ config(tags=['after_posting']) }}

with

sides as (

    select
        component,
        amount as component_amount,
        cast(0 as decimal(18, 4)) as identity_amount
    from {{ ref('rec_tie_out_components') }}
    {% for component in [
        'approved', 'posted', 'approved_not_posted', 'to_post', 'to_reverse', 'orphan',
        'duplicate_excess', 'tolerance'
    ] %}
        union all
        select
            '{{ component }}' as component,
            cast(0 as decimal(18, 4)) as component_amount,
            {{ component }}_amount as identity_amount
        from {{ ref('rec_tie_out_identities') }}
    {% endfor %}

)

select
    component,
    sum(component_amount) as component_amount,
    sum(identity_amount) as identity_amount
from sides
group by component
having sum(component_amount) != sum(identity_amount)
