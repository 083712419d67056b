-- Ids that appear in facts: an id without a master record must stay visible. The billing
-- currency serves projects that no system describes.
with

mentions as (

    select
        source_system,
        source_project_id,
        bill_currency_code
    from {{ ref('int_entry_mentions') }}
    union all
    select
        source_system,
        source_project_id,
        cast(null as varchar) as bill_currency_code
    from {{ ref('int_erp_line_mentions') }}
    union all
    select
        source_system,
        source_project_id,
        cast(null as varchar) as bill_currency_code
    from {{ ref('int_contract_lines_known') }}

)

select
    source_system,
    source_project_id,
    min(bill_currency_code) as bill_currency_code
from mentions
where source_project_id is not null
group by source_system, source_project_id
