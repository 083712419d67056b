{% set purposes = [
    'labour_cost', 'labour_clearing', 'wip', 'accrued_revenue', 'expense_cost', 'expense_payable'
] %}

select
    {{ surrogate_key(['legal_entity_id', 'target']) }} as account_set_id,
    legal_entity_id,
    target,
{% for purpose in purposes %}
    max(case when purpose = '{{ purpose }}' then account_code end)
        as {{ purpose }}_account_code{{ ',' if not loop.last }}
{% endfor %}
from {{ ref('dim_account_mappings') }}
group by legal_entity_id, target
