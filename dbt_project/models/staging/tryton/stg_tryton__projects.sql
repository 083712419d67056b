-- A project's name is its code: moves name it as well. Done projects take no more bookings.
with

source as (

    select * from {{ source('tryton', 'project_works') }}

),

renamed as (

    select
        source_system,
        name as source_project_id,
        version as source_version,
        known_at,
        is_deleted,
        name as project_code,
        name as project_name,
        party__code as source_client_id,
        company__party__code as legal_entity_id,
        cast(null as varchar) as billing_model,
        cast(null as varchar) as contract_currency_code,
        cast(null as decimal(18, 4)) as cap_amount_contract,
        coalesce(status__progress, 0) < 1 as is_active,
        cast(null as boolean) as is_billable,
        status__name as raw_status,
        timesheet_start_date as start_date,
        timesheet_end_date as end_date
    from source

)

select * from renamed
