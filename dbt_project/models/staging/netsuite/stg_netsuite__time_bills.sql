-- Time that this product posted carries its amounts; other time is worth hours by its own rates.
-- A reference `src=<entry>` in the memo names the entry where the external id does not.
with

source as (

    select * from {{ source('netsuite', 'time_bills') }}

),

described as (

    select
        *,
        case
            when position('src=' in memo) > 0 then substr(memo, position('src=' in memo) + 4) || ' '
        end as memo_reference
    from source

),

renamed as (

    select
        source_system,
        id as erp_line_id,
        version as source_version,
        known_at,
        is_deleted,
        'time_bill' as record_type,
        externalid as external_id,
        memo,
        coalesce(subsidiary_external_id, subsidiary_id) as legal_entity_id,
        employee as source_worker_id,
        customer as source_project_id,
        coalesce(custcol_tieout_work_date, trandate) as work_date,
        trandate as accounting_date,
        {{ month_id('trandate') }} as accounting_period_id,
        createddate as posted_at,
        posted = 'T' as is_posted,
        isbillable = 'T' as is_billable,
        hours,
        coalesce(
            custcol_tieout_cost, {{ round_money(multiply('hours', 'laborcost')) }}
        ) as cost_amount_functional,
        functional_currency_code,
        coalesce(
            custcol_tieout_bill,
            case
                when isbillable = 'T' then {{ round_money(multiply('hours', 'rate')) }}
                else cast(0 as decimal(18, 4))
            end
        ) as bill_amount_contract,
        custcol_tieout_currency as contract_currency_code,
        substr(memo_reference, 1, position(' ' in memo_reference) - 1) as source_record_ref,
        createdby as created_by
    from described

)

select * from renamed
