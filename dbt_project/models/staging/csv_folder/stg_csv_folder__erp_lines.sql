-- The export holds hours; amounts are hours times the rates of the entry posted. A line without a
-- known entry takes what it does not state from the entity that sells its project, and costs 0.
with

exported_lines as (

    select * from {{ ref('stg_csv_folder__exported_lines') }}

),

entries as (

    select * from {{ ref('stg_csv_folder__entries') }}

),

versions as (

    select
        *,
        row_number() over (
            partition by source_system, entry_id
            order by entry_version desc
        ) as version_rank
    from {{ ref('stg_csv_folder__entry_versions') }}

),

sellers as (

    select * from {{ ref('stg_csv_folder__project_sellers') }}

),

rated as (

    select
        exported_lines.*,
        coalesce(
            exported_lines.legal_entity_id, entries.legal_entity_id, sellers.legal_entity_id
        ) as line_legal_entity_id,
        case
            when exported_lines.legal_entity_id is null
                then coalesce(entries.functional_currency_code, sellers.functional_currency_code)
        end as functional_currency_code,
        coalesce(posted.is_billable, newest.is_billable, true) as is_billable,
        coalesce(
            exported_lines.cost_rate,
            case when entries.entry_id is not null then entries.cost_rate else 0 end
        ) as line_cost_rate,
        coalesce(
            exported_lines.bill_rate,
            case when entries.entry_id is not null then entries.bill_rate else sellers.bill_rate end
        ) as line_bill_rate
    from exported_lines
    left join entries
        on
            exported_lines.source_system = entries.source_system
            and exported_lines.entry_id = entries.entry_id
    left join versions as posted
        on
            exported_lines.source_system = posted.source_system
            and exported_lines.entry_id = posted.entry_id
            and exported_lines.key_version = posted.entry_version
    left join versions as newest
        on
            exported_lines.source_system = newest.source_system
            and exported_lines.entry_id = newest.entry_id
            and newest.version_rank = 1
    left join sellers
        on
            exported_lines.source_system = sellers.source_system
            and exported_lines.source_project_id = sellers.source_project_id

)

select
    source_system,
    erp_line_id,
    source_version,
    known_at,
    is_deleted,
    'csv_line' as record_type,
    external_id,
    cast(null as varchar) as memo,
    line_legal_entity_id as legal_entity_id,
    cast(null as varchar) as source_worker_id,
    source_project_id,
    cast(null as date) as work_date,
    case
        when {{ month_id('known_on') }} = accounting_period_id then known_on
        else cast(accounting_period_id || '-01' as date)
    end as accounting_date,
    accounting_period_id,
    cast(known_on as timestamp) as posted_at,
    true as is_posted,
    is_billable,
    hours,
    {{ round_to_currency(multiply('hours', 'line_cost_rate'), 'functional_currency_code') }}
        as cost_amount_functional,
    functional_currency_code,
    case
        when is_billable
            then {{ round_money(multiply('hours', 'line_bill_rate')) }}
        else 0
    end as bill_amount_contract,
    {{ csv_contract_currency() }} as contract_currency_code,
    case when posting_key is null then source_system || ':' || entry_id end as source_record_ref,
    cast(null as varchar) as created_by,
    posting_key,
    is_reversal,
    is_manual and entry_id is null as is_manual,
    case when posting_key is not null then source_system || ':' || entry_id end as key_entry_id,
    key_version,
    case when posting_key is not null then 'cost' end as key_leg
from rated
