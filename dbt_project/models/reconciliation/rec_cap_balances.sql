{% set levels = ['contract_line', 'project', 'contract'] %}

with

admitted as (

    {% for level in levels %}
        select
            {{ level }}_cap_id as cap_id,
            sum(net_admitted_amount_contract) as admitted_amount,
            sum(over_cap_amount_contract) as over_cap_amount,
            sum(over_cap_amount_reporting) as over_cap_reporting,
            count(*) as item_count
        from {{ ref('rec_chargeable_postings') }}
        group by {{ level }}_cap_id
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

balances as (

    select
        usages.*,
        coalesce(contracts.contract_id, contract_lines.contract_id) as contract_id,
        coalesce(projects.project_id, contract_lines.project_id) as project_id,
        coalesce(contracts.client_id, projects.client_id, line_contracts.client_id) as client_id,
        coalesce(
            contracts.legal_entity_id, projects.legal_entity_id, line_contracts.legal_entity_id
        ) as legal_entity_id,
        coalesce(admitted.admitted_amount, 0) as admitted_amount,
        coalesce(admitted.over_cap_amount, 0) as over_cap_amount,
        coalesce(admitted.item_count, 0) as item_count,
        case when admitted.cap_id is null then 0 else admitted.over_cap_reporting end
            as over_cap_reporting,
        case
            when usages.invoiced_amount_contract > usages.cap_amount_contract then 'exceeded'
            when admitted.over_cap_amount > 0 then 'failed'
            else 'committed'
        end as nte_status
    from {{ ref('rec_cap_usages') }} as usages
    left join admitted on usages.cap_id = admitted.cap_id
    left join {{ ref('dim_contracts') }} as contracts
        on
            {{ key_when("usages.cap_level = 'contract'", 'usages.scope_id') }}
            = contracts.contract_id
    left join {{ ref('dim_projects') }} as projects
        on
            {{ key_when("usages.cap_level = 'project'", 'usages.scope_id') }}
            = projects.project_id
    left join {{ ref('dim_contract_lines') }} as contract_lines
        on
            {{ key_when("usages.cap_level = 'contract_line'", 'usages.scope_id') }}
            = contract_lines.contract_line_id
    left join {{ ref('dim_contracts') }} as line_contracts
        on contract_lines.contract_id = line_contracts.contract_id
    where coalesce(projects.billing_model, 'capped') != 'retainer'

)

select
    balances.cap_id,
    balances.cap_level,
    balances.scope_id,
    coalesce(balances.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    coalesce(balances.client_id, {{ unknown_member() }}) as client_id,
    balances.contract_id,
    balances.project_id,
    balances.contract_currency_code,
    balances.cap_amount_contract,
    balances.invoiced_amount_contract,
    cast(balances.admitted_amount as decimal(18, 4)) as admitted_amount_contract,
    cast(
        balances.cap_amount_contract - balances.invoiced_amount_contract
        - balances.admitted_amount as decimal(18, 4)
    ) as room_amount_contract,
    cast(balances.over_cap_amount as decimal(18, 4)) as over_cap_amount_contract,
    balances.item_count,
    balances.nte_status,
    cast(balances.over_cap_reporting as decimal(18, 4)) as amount_at_risk_reporting,
    reasons.reason_code,
    reasons.owner_role,
    {{ exception_id('reasons.stage', 'balances.cap_id', 'reasons.reason_code') }} as exception_id,
    {{ as_of() }} as as_of_at
from balances
left join {{ ref('dim_reasons') }} as reasons
    on balances.nte_status != 'committed' and reasons.reason_code = 'OVER_CAP'
