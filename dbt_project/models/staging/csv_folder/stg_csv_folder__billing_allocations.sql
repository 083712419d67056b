-- An entry on an invoice is billed in full: all of its lines, so neither line nor amount is named.
with

source as (

    select
        *,
        row_number() over (
            partition by source_system, id
            order by version asc
        ) as reading_number
    from {{ source('csv_folder', 'billed') }}

),

renamed as (

    select
        source_system,
        id as source_allocation_id,
        version as source_version,
        -- the file dates the first reading; a later change is known when it was read
        case
            when reading_number = 1 then cast(known_on as timestamp)
            else greatest(cast(known_on as timestamp), known_at)
        end as known_at,
        is_deleted,
        cast(null as varchar) as erp_line_id,
        source_system || ':' || entry_id as source_record_ref,
        invoice_id,
        invoice_id as invoice_number,
        known_on as invoice_date,
        true as is_issued,
        cast(null as decimal(18, 4)) as hours,
        cast(null as decimal(18, 4)) as billed_amount_contract,
        {{ csv_contract_currency() }} as contract_currency_code
    from source

)

select * from renamed
