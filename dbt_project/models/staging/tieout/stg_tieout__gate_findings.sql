with

source as (

    select * from {{ source('ops', 'gate_findings') }}

),

renamed as (

    select distinct
        {{ surrogate_key(
            ['batch_id', 'posting_key', 'rule', 'reason_code', 'detail']
        ) }} as finding_id,
        cast(batch_id as varchar) as batch_id,
        cast(posting_key as varchar) as posting_key,
        cast(rule as varchar) as rule,  -- noqa: RF04
        cast(reason_code as varchar) as reason_code,
        cast(detail as varchar) as detail,
        cast(severity as varchar) as severity,
        cast(found_at as timestamp) as found_at
    from source

)

select * from renamed
