with

entries as (

    select
        entries.*,
        workers.worker_type = 'contractor' as is_subcontract,
        entries.is_billable and (
            coalesce(projects.billing_model, entries.billing_model, '')
            not in ('fixed_fee', 'internal')
            or entries.entry_type = 'expense'
        ) as has_revenue
    from {{ ref('fct_entries') }} as entries
    left join {{ ref('dim_projects') }} as projects on entries.project_id = projects.project_id
    left join {{ ref('dim_workers') }} as workers on entries.worker_id = workers.worker_id
    where entries.is_effective

),

decisions as (

    select
        entry_id,
        discount_amount_contract as deducted_amount
    from {{ ref('fct_billing_allocations') }}
    where is_issued
    union all
    select
        entry_id,
        case
            when adjustment_kind = 'write_up' then -adjusted_amount_contract
            else adjusted_amount_contract
        end as deducted_amount
    from {{ ref('fct_billing_adjustments') }}
    where adjustment_kind in ('write_off', 'write_down', 'write_up')

),

deductions as (

    select
        entry_id,
        sum(deducted_amount) as deducted_amount
    from decisions
    group by entry_id

),

-- accepted milestones, translated at the spot rate of the day of acceptance
milestones as (

    select
        milestones.*,
        entities.functional_currency_code,
        case
            when milestones.contract_currency_code = entities.functional_currency_code then 1
            else rates.fx_rate
        end as fx_rate
    from {{ ref('fct_milestones') }} as milestones
    inner join {{ ref('dim_legal_entities') }} as entities
        on milestones.legal_entity_id = entities.legal_entity_id
    left join {{ ref('dim_fx_rates') }} as rates
        on
            entities.erp_system = rates.erp_system
            and rates.rate_type = 'spot'
            and milestones.contract_currency_code = rates.from_currency_code
            and entities.functional_currency_code = rates.to_currency_code
            and milestones.accepted_date = rates.rate_date
    where
        milestones.milestone_status = 'accepted'
        and milestones.accepted_date <= {{ local_date(as_of(), 'entities.time_zone') }}

)

select
    'entry:' || entries.entry_id as margin_item_id,
    case
        when entries.entry_type = 'time' and entries.is_subcontract then 'subcontract'
        when entries.entry_type = 'time' then 'labour'
        else 'expense'
    end as item_kind,
    entries.legal_entity_id,
    entries.client_id,
    entries.project_id,
    entries.accounting_period_id,
    entries.work_date as item_date,
    entries.hours,
    entries.functional_currency_code,
    case when entries.has_revenue then entries.bill_amount_functional else 0 end
        as revenue_amount_functional,
    {{ round_to_currency(
        multiply('coalesce(deductions.deducted_amount, 0)',
            'coalesce(entries.fx_rate_contract_to_functional, 0)', 4, 10),
        'entries.functional_currency_code'
    ) }} as deducted_amount_functional,
    entries.cost_amount_functional,
    {{ as_of() }} as as_of_at
from entries
left join deductions on entries.entry_id = deductions.entry_id
union all
select
    'milestone:' || milestones.milestone_id as margin_item_id,
    'milestone' as item_kind,
    milestones.legal_entity_id,
    milestones.client_id,
    milestones.project_id,
    {{ month_id('milestones.accepted_date') }} as accounting_period_id,
    milestones.accepted_date as item_date,
    cast(0 as decimal(18, 4)) as hours,
    milestones.functional_currency_code,
    {{ round_to_currency(
        multiply('milestones.milestone_amount_contract', 'milestones.fx_rate', 4, 10),
        'milestones.functional_currency_code'
    ) }} as revenue_amount_functional,
    cast(0 as decimal(18, 4)) as deducted_amount_functional,
    cast(0 as decimal(18, 4)) as cost_amount_functional,
    {{ as_of() }} as as_of_at
from milestones
