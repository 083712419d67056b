with

source as (

    select * from {{ source('ops', 'posting_lines') }}

),

renamed as (

    select
        cast(posting_key as varchar) as posting_key,
        cast(batch_id as varchar) as batch_id,
        cast(target as varchar) as target,  -- noqa: RF04
        cast(entry_id as varchar) as entry_id,
        cast(source_system as varchar) as source_system,
        cast(source_record_id as varchar) as source_record_id,
        cast(source_version as bigint) as source_version,
        cast(leg as varchar) as leg,
        cast(attempt as bigint) as attempt,
        cast(state as varchar) as state,
        cast(erp_id as varchar) as erp_id,
        cast(reason_code as varchar) as reason_code,
        cast(message as varchar) as message,
        cast(accounting_date as date) as accounting_date,
        cast(amount as decimal(18, 4)) as amount,
        cast(currency_code as varchar) as currency_code,
        cast(hours as decimal(18, 4)) as hours,
        cast(planned_at as timestamp) as planned_at,
        cast(sent_at as timestamp) as sent_at,
        cast(acked_at as timestamp) as acked_at,
        cast(proven_at as timestamp) as proven_at,
        cast(is_proven as boolean) as is_proven,
        cast(proof_difference as varchar) as proof_difference,
        cast(reverses_posting_key as varchar) as reverses_posting_key,
        cast(correction_group_id as varchar) as correction_group_id,
        cast(correction_kind as varchar) as correction_kind
    from source

)

select * from renamed
