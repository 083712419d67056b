-- The line of each group as it is now, in the columns of an entry: every amount is the sum of the
-- members' amounts, and a rate stands only where all have the same. The version is the number of
-- versions, known at K, of all entries that ever belonged to the group: it rises with every change.
{% set shared = [
    'entry_type', 'legal_entity_id', 'worker_id', 'client_id', 'project_id', 'task_name',
    'expense_type', 'accounting_period_id', 'approval_status', 'cost_rate', 'bill_rate',
    'functional_currency_code', 'contract_currency_code', 'fx_rate_contract_to_functional',
    'target', 'posting_accounting_period_id'
] %}
with

members as (

    select
        group_members.group_id,
        group_members.group_record_id,
        entries.*
    from {{ ref('int_group_members') }} as group_members
    inner join {{ ref('fct_entries') }} as entries on group_members.entry_id = entries.entry_id

),

ever_members as (

    select distinct
        group_id,
        entry_id
    from {{ ref('int_group_versions') }}

),

counted as (

    select
        ever_members.group_id,
        count(*) as source_version
    from ever_members
    inner join {{ ref('fct_entry_versions') }} as versions
        on ever_members.entry_id = versions.entry_id
    group by ever_members.group_id

),

sums as (

    select
        group_id,
        group_record_id,
        {% for column in shared %}
            {{ shared_value(column) }} as {{ column }},
        {% endfor %}
        max(case when is_billable then 1 else 0 end) = 1 as is_billable,
        max(work_date) as work_date,
        max(approved_at) as approved_at,
        max(posting_accounting_date) as posting_accounting_date,
        {% for column in [
            'hours', 'cost_amount_functional', 'bill_amount_contract', 'bill_amount_functional'
        ] %}
            cast(sum({{ column }}) as decimal(18, 4)) as {{ column }},
        {% endfor %}
        count(*) as entry_count
    from members
    group by group_id, group_record_id

)

select
    sums.group_id as entry_id,
    'group' as source_system,
    sums.group_record_id as source_record_id,
    counted.source_version,
    {{ correlation_id('sums.group_id') }} as correlation_id,
    sums.{{ shared | join(', sums.') }},
    sums.is_billable,
    sums.work_date,
    sums.approved_at,
    sums.posting_accounting_date,
    sums.hours,
    sums.cost_amount_functional,
    sums.bill_amount_contract,
    sums.bill_amount_functional,
    sums.entry_count
from sums
inner join counted on sums.group_id = counted.group_id
