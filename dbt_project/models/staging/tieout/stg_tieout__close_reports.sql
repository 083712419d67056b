with

source as (

    select * from {{ source('ops', 'close_reports') }}

),

renamed as (

    select
        period_id,
        as_of_at,
        report,
        row_count,
        fingerprint,
        drafted_at
    from source

)

select * from renamed
