-- Every journal line. The id of a journal and of a time bill may be the same number, so a line's
-- id names the record type; the first line of a journal stands for the journal.
with

source as (

    select * from {{ source('netsuite', 'journal_lines') }}

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
        'journalEntry:' || document
        || case when line = '0' then '' else '-' || line end as erp_line_id,
        version as source_version,
        known_at,
        is_deleted,
        'journal_entry' as record_type,
        externalid as external_id,
        memo,
        coalesce(subsidiary_external_id, subsidiary_id) as legal_entity_id,
        custcol_tieout_employee as source_worker_id,
        entity as source_project_id,
        custcol_tieout_work_date as work_date,
        trandate as accounting_date,
        {{ month_id('coalesce(accounting_period_start, trandate)') }} as accounting_period_id,
        createddate as posted_at,
        posting = 'T' and coalesce(voided, 'F') = 'F' as is_posted,
        coalesce(custcol_tieout_bill, 0) != 0 as is_billable,
        cast(0 as decimal(18, 4)) as hours,
        amount as cost_amount_functional,
        functional_currency_code,
        coalesce(custcol_tieout_bill, cast(0 as decimal(18, 4))) as bill_amount_contract,
        custcol_tieout_currency as contract_currency_code,
        substr(memo_reference, 1, position(' ' in memo_reference) - 1) as source_record_ref,
        createdby as created_by,
        acctnumber as account_code,
        externalid is not null and custcol_tieout_work_date is not null as is_integration_line
    from described

)

select * from renamed
