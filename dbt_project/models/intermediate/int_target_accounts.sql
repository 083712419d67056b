-- Which account purposes are mapped per entity and target, one column per need of a posting.
select
    legal_entity_id,
    target,
    count(distinct case when purpose in ('labour_cost', 'labour_clearing') then purpose end) = 2
        as has_labour_accounts,
    count(distinct case when purpose in ('expense_cost', 'expense_payable') then purpose end) = 2
        as has_expense_accounts,
    count(distinct case when purpose in ('wip', 'accrued_revenue') then purpose end) = 2
        as has_revenue_accounts
from {{ ref('dim_account_mappings') }}
where account_code is not null
group by legal_entity_id, target
