{% set components = leakage_components() %}
{% set groups = ['legal_entity_id', 'accounting_period_id', 'contract_currency_code'] %}

with

billed as (

    select
        entry_id,
        sum(hours) as billed_hours,
        sum(billed_amount_contract) as billed_amount,
        sum(coalesce(discount_amount_contract, 0)) as discount_amount
    from {{ ref('fct_billing_allocations') }}
    where is_issued
    group by entry_id

),

entries as (

    select entries.*
    from {{ ref('fct_entries') }} as entries
    left join {{ ref('dim_projects') }} as projects on entries.project_id = projects.project_id
    where entries.is_effective and {{ is_billed_by_the_hour('entries', 'projects') }}

),

-- hours billed below the rate of the contract; a discount is agreed, so it leaks nothing
rate_leaks as (

    select
        entries.legal_entity_id,
        entries.accounting_period_id,
        entries.contract_currency_code,
        {{ round_to_currency(
            multiply('billed.billed_hours', 'entries.bill_rate'), 'entries.contract_currency_code'
        ) }} - billed.billed_amount - billed.discount_amount as leaked_amount
    from entries
    inner join billed on entries.entry_id = billed.entry_id
    where entries.entry_type = 'time' and billed.billed_hours > 0

),

leaks as (

    {% for component, certainty, table, is_counted, amount, period in components %}
        select
            '{{ component }}' as component,
            '{{ certainty }}' as certainty,
            coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
            {{ period }} as accounting_period_id,
            coalesce(contract_currency_code, 'unknown') as contract_currency_code,
            {{ amount }} as leaked_amount
        from {{ table if table == 'rate_leaks' else ref(table) }}
        where {{ is_counted }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

sums as (

    select
        component,
        certainty,
        {{ groups | join(', ') }},
        count(*) as item_count,
        sum(leaked_amount) as leaked_amount
    from leaks
    group by component, certainty, {{ groups | join(', ') }}

),

worked as (

    select
        coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        accounting_period_id,
        coalesce(contract_currency_code, 'unknown') as contract_currency_code,
        sum(bill_amount_contract) as worked_amount
    from entries
    group by
        coalesce(legal_entity_id, {{ unknown_member() }}), accounting_period_id,
        coalesce(contract_currency_code, 'unknown')

)

select
    sums.component || ':' || sums.legal_entity_id || ':' || sums.accounting_period_id || ':'
    || sums.contract_currency_code as billing_leakage_id,
    sums.component,
    sums.certainty,
    {% for column in groups %}
        sums.{{ column }},
    {% endfor %}
    sums.item_count,
    cast(sums.leaked_amount as decimal(18, 4)) as leaked_amount_contract,
    cast(coalesce(worked.worked_amount, 0) as decimal(18, 4)) as worked_amount_contract,
    {{ ratio_of('sums.leaked_amount', 'worked.worked_amount') }} as leakage_ratio,
    {{ as_of() }} as as_of_at
from sums
left join worked
    on
        sums.legal_entity_id = worked.legal_entity_id
        and sums.accounting_period_id = worked.accounting_period_id
        and sums.contract_currency_code = worked.contract_currency_code
