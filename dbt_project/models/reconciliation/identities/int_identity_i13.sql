{# measure, its control total, its sum over the lines #}
{% set measures = [
    ('lines', 'line_count', 'line_count'),
    ('hours', 'control_hours', 'hours'),
    ('amount', 'control_amount', 'amount')
] %}

with

outcomes as (

    select
        batch_id,
        max(legal_entity_id) as legal_entity_id,
        max(currency_code) as currency_code,
        sum(line_count) as line_count,
        sum(hours) as hours,
        sum(amount) as amount
    from {{ ref('fct_posting_batch_states') }}
    -- sending is in doubt; a line in no state of the ledger counts nowhere
    where state in ('planned', 'sealed', 'sending', 'acked', 'rejected', 'void', 'dead')
    group by batch_id

),

batches as (

    select * from {{ ref('fct_posting_batches') }}

),

joined as (

    select
        coalesce(batches.batch_id, outcomes.batch_id) as batch_id,
        coalesce(outcomes.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce(batches.period_id, 'none') as accounting_period_id,
        {% for measure, control, total in measures %}
            cast(coalesce(batches.{{ control }}, 0) as decimal(18, 4)) as planned_{{ measure }},
            cast(coalesce(outcomes.{{ total }}, 0) as decimal(18, 4))
                as outcome_{{ measure }},
        {% endfor %}
        coalesce(outcomes.currency_code, 'none') as currency_code
    from batches
    full outer join outcomes on batches.batch_id = outcomes.batch_id

),

-- a row per batch: one must not make up for another
rows_of_batches as (

    {% for measure, control, total in measures %}
        select
            'I13' as identity_id,
            legal_entity_id,
            accounting_period_id,
            '{{ measure }} of ' || batch_id as measure,
            {{ 'currency_code' if measure == 'amount' else "'none'" }} as currency_code,
            planned_{{ measure }} as left_amount,
            outcome_{{ measure }} as right_amount
        from joined
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from rows_of_batches
