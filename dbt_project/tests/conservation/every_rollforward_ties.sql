-- Opening and movements end at the closing of the mart, for every roll-forward.
-- depends_on: {{ ref('fct_exceptions') }}
{{ config(tags=['after_posting']) }}

{% set rollforwards = [
    'rec_anp_rollforward', 'rec_wip_rollforward', 'rec_deferred_rollforward',
    'rec_reimbursement_rollforward'
] %}

{% for rollforward in rollforwards %}
    select
        '{{ rollforward }}' as rollforward,
        rollforward_id,
        opening_amount,
        rolled_amount,
        closing_amount,
        difference
    from {{ ref(rollforward) }}
    where not is_tied or difference is null
    {% if not loop.last %}union all{% endif %}
{% endfor %}
