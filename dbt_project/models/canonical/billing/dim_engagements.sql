-- An engagement is what its contracts name; one client and one entity, or none certain.
select
    engagement_code as engagement_id,
    case when count(distinct client_id) = 1 then min(client_id) else {{ unknown_member() }} end
        as client_id,
    case
        when count(distinct legal_entity_id) = 1 then min(legal_entity_id)
        else {{ unknown_member() }}
    end as legal_entity_id,
    count(*) as contract_count,
    min(start_date) as start_date,
    case when count(end_date) = count(*) then max(end_date) end as end_date,
    max(case when is_active then 1 else 0 end) = 1 as is_active
from {{ ref('dim_contracts') }}
where engagement_code is not null
group by engagement_code
