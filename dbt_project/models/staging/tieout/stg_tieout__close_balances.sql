with

source as (

    select * from {{ source('ops', 'close_balances') }}

),

renamed as (

    select
        period_id,
        as_of_at,
        rollforward,
        component,
        legal_entity_id,
        measure,
        currency_code,
        closing_amount,
        drafted_at
    from source

)

select * from renamed
