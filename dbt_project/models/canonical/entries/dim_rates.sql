-- A rate holds for everything that it does not name. One that names something nobody knows, or not
-- what its level is about, can be nobody's rate.
with

readings as (

    select * from {{ ref('int_rates_known') }}

),

-- what the row said before, for the preview of a change
earlier as (

    select
        source_system,
        source_rate_id,
        rate,
        known_at,
        row_number() over (
            partition by source_system, source_rate_id
            order by version_rank asc
        ) as earlier_rank
    from readings
    where version_rank > 1 and not is_deleted

),

named as (

    select
        rates.*,
        case
            when rates.source_worker_id is not null
                then coalesce(workers.worker_id, {{ unknown_member() }})
        end as worker_id,
        case
            when rates.source_project_id is not null
                then coalesce(projects.project_id, {{ unknown_member() }})
        end as project_id,
        case
            when rates.source_client_id is not null
                then coalesce(clients.client_id, {{ unknown_member() }})
        end as client_id,
        coalesce(contracts.contract_id, rates.source_contract_id) as contract_id,
        coalesce(contract_lines.contract_line_id, rates.source_contract_line_id)
            as contract_line_id,
        coalesce(crosswalks.canonical_id, rates.legal_entity_id) as canonical_entity_id,
        earlier.rate as earlier_rate
    from readings as rates
    left join {{ ref('dim_worker_identities') }} as workers
        on
            rates.source_system = workers.source_system
            and rates.source_worker_id = workers.source_worker_id
    left join {{ ref('dim_project_identities') }} as projects
        on
            rates.source_system = projects.source_system
            and rates.source_project_id = projects.source_project_id
    left join {{ ref('dim_client_identities') }} as clients
        on
            rates.source_system = clients.source_system
            and rates.source_client_id = clients.source_client_id
    left join {{ ref('int_contract_ids') }} as contracts
        on
            rates.source_system = contracts.source_system
            and rates.source_contract_id = contracts.source_contract_id
    left join {{ ref('int_contract_line_ids') }} as contract_lines
        on
            rates.source_system = contract_lines.source_system
            and rates.source_contract_line_id = contract_lines.source_contract_line_id
    left join {{ ref('int_crosswalk_ids') }} as crosswalks
        on
            rates.source_system = crosswalks.source_system
            and rates.legal_entity_id = crosswalks.source_id
            and crosswalks.entity_kind = 'legal_entity'
            and not crosswalks.is_ambiguous
    left join earlier
        on
            rates.source_system = earlier.source_system
            and rates.source_rate_id = earlier.source_rate_id
            and earlier.earlier_rank = 1
    where rates.version_rank = 1 and not rates.is_deleted

)

select
    source_system || ':' || source_rate_id as rate_id,
    rate_kind,
    rate_level,
    worker_id,
    project_id,
    contract_line_id,
    contract_id,
    client_id,
    canonical_entity_id as legal_entity_id,
    labour_category,
    currency_code,
    rate,
    is_blended,
    valid_from,
    coalesce(valid_to, cast('9999-12-31' as date)) as valid_to,
    case rate_level
        when 'assignment' then worker_id
        when 'contract_line_role' then contract_line_id
        when 'contract_role' then contract_id
        when 'client_card' then client_id
        when 'entity_card' then canonical_entity_id
    end is not null
    and {{ unknown_member() }} not in (
        coalesce(worker_id, ''), coalesce(project_id, ''), coalesce(client_id, '')
    ) as is_usable,
    earlier_rate,
    source_system,
    source_rate_id,
    source_version,
    known_at
from named
