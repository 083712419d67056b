-- The spot rates of each entry at its work date; 1 within one currency, null when none is known.
with

entries as (

    select * from {{ ref('int_entries_located') }}

),

rates as (

    select * from {{ ref('int_fx_resolved') }}

)

select
    entries.*,  -- noqa: AM04
    case
        when entries.contract_currency_code = entries.functional_currency_code then 1
        else contract_rates.fx_rate
    end as fx_rate_contract_to_functional,
    case
        when entries.cost_basis_currency_code = entries.functional_currency_code then 1
        else cost_rates.fx_rate
    end as fx_rate_cost_to_functional,
    case
        when entries.contract_currency_code = entries.functional_currency_code then 1
        else charge_rates.fx_rate
    end as fx_rate_functional_to_contract,
    case
        when entries.reporting_currency_code = entries.functional_currency_code then 1
        else reporting_rates.fx_rate
    end as fx_rate_functional_to_reporting
from entries
left join rates as contract_rates
    on
        entries.erp_system = contract_rates.erp_system
        and entries.contract_currency_code = contract_rates.from_currency_code
        and entries.functional_currency_code = contract_rates.to_currency_code
        and entries.work_date = contract_rates.work_date
left join rates as cost_rates
    on
        entries.erp_system = cost_rates.erp_system
        and entries.cost_basis_currency_code = cost_rates.from_currency_code
        and entries.functional_currency_code = cost_rates.to_currency_code
        and entries.work_date = cost_rates.work_date
left join rates as charge_rates
    on
        entries.erp_system = charge_rates.erp_system
        and entries.functional_currency_code = charge_rates.from_currency_code
        and entries.contract_currency_code = charge_rates.to_currency_code
        and entries.work_date = charge_rates.work_date
        and entries.entry_type = 'expense'
left join rates as reporting_rates
    on
        entries.erp_system = reporting_rates.erp_system
        and entries.functional_currency_code = reporting_rates.from_currency_code
        and entries.reporting_currency_code = reporting_rates.to_currency_code
        and entries.work_date = reporting_rates.work_date
