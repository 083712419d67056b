with

used as (

    select
        entries.project_id,
        sum(entries.hours) as used_hours,
        sum(
            case
                when entries.contract_currency_code = projects.contract_currency_code
                    then entries.bill_amount_contract
                else 0
            end
        ) as used_amount_contract,
        sum(
            case
                when
                    entries.bill_amount_contract != 0
                    and coalesce(
                        entries.contract_currency_code != projects.contract_currency_code, true
                    )
                    then 1
                else 0
            end
        ) as other_currency_count,
        min(entries.work_date) as first_work_date,
        max(entries.work_date) as last_work_date
    from {{ ref('fct_entries') }} as entries
    inner join {{ ref('dim_projects') }} as projects on entries.project_id = projects.project_id
    where entries.is_effective
    group by entries.project_id

),

compared as (

    select
        projects.project_id,
        projects.project_code,
        projects.project_name,
        projects.client_id,
        projects.legal_entity_id,
        projects.billing_model,
        projects.contract_currency_code,
        projects.budget_hours,
        projects.budget_amount_contract,
        projects.cap_amount_contract,
        used.first_work_date,
        used.last_work_date,
        coalesce(used.used_hours, 0) as used_hours,
        coalesce(used.used_amount_contract, 0) as used_amount_contract,
        coalesce(used.other_currency_count, 0) as other_currency_count
    from {{ ref('dim_projects') }} as projects
    left join used on projects.project_id = used.project_id
    where projects.project_id != {{ unknown_member() }}

)

select
    compared.project_id,
    compared.project_code,
    compared.project_name,
    compared.client_id,
    compared.legal_entity_id,
    compared.billing_model,
    compared.contract_currency_code,
    compared.budget_hours,
    cast(compared.used_hours as decimal(18, 4)) as used_hours,
    cast(compared.budget_hours - compared.used_hours as decimal(18, 4)) as remaining_hours,
    {{ ratio_of('compared.used_hours', 'compared.budget_hours') }} as time_burn_ratio,
    compared.budget_amount_contract,
    cast(compared.used_amount_contract as decimal(18, 4)) as used_amount_contract,
    cast(compared.budget_amount_contract - compared.used_amount_contract as decimal(18, 4))
        as remaining_amount_contract,
    {{ ratio_of('compared.used_amount_contract', 'compared.budget_amount_contract') }}
        as value_burn_ratio,
    compared.cap_amount_contract,
    cast(compared.other_currency_count as bigint) as other_currency_count,
    coalesce(compared.used_hours > compared.budget_hours, false) as is_over_hours,
    coalesce(compared.used_amount_contract > compared.budget_amount_contract, false)
        as is_over_amount,
    coalesce(compared.used_amount_contract > compared.cap_amount_contract, false) as is_over_cap,
    case
        when compared.budget_hours is null and compared.budget_amount_contract is null
            then 'no_budget'
        when
            compared.used_hours > compared.budget_hours
            or compared.used_amount_contract > compared.budget_amount_contract
            then 'over_budget'
        else 'within_budget'
    end as budget_status,
    compared.first_work_date,
    compared.last_work_date,
    {{ as_of() }} as as_of_at
from compared
