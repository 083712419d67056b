with

entities as (

    select * from {{ ref('stg_tieout__legal_entities') }}

),

firms as (

    select * from {{ ref('stg_tieout__firms') }}

),

erps as (

    select * from {{ ref('int_entity_erps') }}

),

members as (

    select
        entities.legal_entity_id,
        entities.legal_entity_name,
        entities.country_code,
        entities.functional_currency_code,
        entities.time_zone,
        entities.calendar,
        erps.erp_system
    from entities
    left join erps on entities.legal_entity_id = erps.legal_entity_id
    union all
    select
        {{ unknown_member() }} as legal_entity_id,
        'Unknown' as legal_entity_name,
        cast(null as varchar) as country_code,
        'XXX' as functional_currency_code,
        'UTC' as time_zone,
        'month' as calendar,
        cast(null as varchar) as erp_system

)

select
    members.legal_entity_id,
    members.legal_entity_name,
    members.country_code,
    members.functional_currency_code,
    firms.reporting_currency_code,
    members.time_zone,
    members.calendar,
    members.erp_system
from members
left join firms on firms.firm_id is not null
