-- A line's id is its own in its system; an id that two systems use is told apart by the system.
with

lines as (

    select
        source_system,
        source_contract_line_id,
        source_contract_id,
        row_number() over (
            partition by source_contract_line_id
            order by source_system asc
        ) as id_rank
    from {{ ref('int_contract_lines_known') }}
    where version_rank = 1

)

select
    source_system,
    source_contract_line_id,
    source_contract_id,
    case
        when id_rank = 1 then source_contract_line_id
        else source_system || ':' || source_contract_line_id
    end as contract_line_id
from lines
