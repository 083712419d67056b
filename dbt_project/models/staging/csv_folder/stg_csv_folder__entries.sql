-- The attributes in entries.csv are undated, so the newest reading speaks for every version. A row
-- that is gone keeps its last content: the versions decide whether the entry is deleted.
with

source as (

    select
        *,
        row_number() over (
            partition by source_system, id
            order by version desc
        ) as reading_rank
    from {{ source('csv_folder', 'entries') }}

),

renamed as (

    select
        source_system,
        entry_id,
        legal_entity as legal_entity_id,
        functional_currency as functional_currency_code,
        worker_id as source_worker_id,
        project_id as source_project_id,
        work_date,
        bill_rate_usd as bill_rate,
        cost_rate_functional as cost_rate
    from source
    where reading_rank = 1

)

select * from renamed
