-- The selling entity of a project: the entity of its first entry (by entry id) whose functional
-- currency is the contract currency, else of its first entry. Lines without an entry use it.
with

time_entries as (

    select * from {{ ref('stg_csv_folder__time_entries') }}
    where not is_deleted

),

ranked as (

    select
        source_system,
        source_project_id,
        legal_entity_id,
        cost_currency_code as functional_currency_code,
        bill_rate,
        row_number() over (
            partition by source_system, source_project_id
            order by
                case when cost_currency_code = bill_currency_code then 0 else 1 end asc,
                source_record_id asc,
                source_version asc
        ) as entry_rank
    from time_entries

)

select
    source_system,
    source_project_id,
    legal_entity_id,
    functional_currency_code,
    bill_rate
from ranked
where entry_rank = 1
