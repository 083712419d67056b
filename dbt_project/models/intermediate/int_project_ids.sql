-- A system that lists no projects at all (files only) is read by its facts: its ids then serve as
-- project codes. In a system that lists projects, an id it does not list stays unmatched.
with

projects as (

    select * from {{ ref('int_projects_known') }}
    where version_rank = 1

),

mentions as (

    select * from {{ ref('int_project_references') }}

),

owners as (

    select distinct source_system from {{ ref('int_owners') }}
    where entity = 'project' and field is null

),

listing_systems as (

    select distinct source_system from {{ ref('int_projects_unioned') }}

),

listed as (

    select
        source_system,
        source_project_id,
        true as is_listed,
        nullif(trim(project_code), '') as project_code,
        project_name,
        source_client_id,
        legal_entity_id,
        billing_model,
        contract_currency_code,
        cap_amount_contract,
        coalesce(is_active, true) and not is_deleted as is_active,
        is_billable,
        raw_status,
        start_date,
        end_date,
        known_at
    from projects

),

mentioned as (

    select
        mentions.source_system,
        mentions.source_project_id,
        listing_systems.source_system is null as is_listed,
        case
            when listing_systems.source_system is null then mentions.source_project_id
        end as project_code,
        cast(null as varchar) as project_name,
        cast(null as varchar) as source_client_id,
        cast(null as varchar) as legal_entity_id,
        cast(null as varchar) as billing_model,
        mentions.bill_currency_code as contract_currency_code,
        cast(null as decimal(18, 4)) as cap_amount_contract,
        listing_systems.source_system is null as is_active,
        cast(null as boolean) as is_billable,
        cast(null as varchar) as raw_status,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        cast(null as timestamp) as known_at
    from mentions
    left join listing_systems on mentions.source_system = listing_systems.source_system
    left join listed
        on
            mentions.source_system = listed.source_system
            and mentions.source_project_id = listed.source_project_id
    where listed.source_project_id is null

),

combined as (

    select * from listed
    union all
    select * from mentioned

)

select
    combined.*,
    combined.is_listed and owners.source_system is not null as is_owned
from combined
left join owners on combined.source_system = owners.source_system
