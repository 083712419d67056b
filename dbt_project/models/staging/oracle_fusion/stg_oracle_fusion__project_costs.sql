-- Costed items. The whole posting key stands in the flexfield of our context; a cost of another
-- integration shows only the reference that its source gave it.
with

source as (

    select * from {{ source('oracle_fusion', 'project_costs') }}

),

renamed as (

    select
        source_system,
        id as erp_line_id,
        version as source_version,
        known_at,
        is_deleted,
        'project_cost' as record_type,
        coalesce(posting_key, reference) as external_id,
        line_text as memo,
        legal_entity_id,
        person_number as source_worker_id,
        project_number as source_project_id,
        work_date,
        accounting_date,
        {{ month_id('accounting_date') }} as accounting_period_id,
        -- a server whose clock runs ahead of ours cannot have posted what we know already
        least(last_update_date, known_at) as posted_at,
        true as is_posted,
        is_billable,
        case when unit_code = 'HOURS' then quantity else cast(0 as decimal(18, 4)) end as hours,
        raw_cost as cost_amount_functional,
        ledger_currency_code as functional_currency_code,
        case
            when {{ matches_pattern('bill_amount', '^-?[0-9]{1,12}([.][0-9]{1,4})?$') }}
                then cast(bill_amount as decimal(18, 4))
            else cast(0 as decimal(18, 4))
        end as bill_amount_contract,
        bill_currency_code as contract_currency_code,
        cast(null as varchar) as source_record_ref,
        created_by
    from source

)

select * from renamed
