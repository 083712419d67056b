-- A description without blanks that holds a colon is the key of an integration; people write
-- words. One that has the form system:entry refers to an entry without being its key.
with

source as (

    select * from {{ source('tryton', 'account_moves') }}

),

renamed as (

    select
        source_system,
        id as source_move_id,
        version as source_version,
        known_at,
        is_deleted,
        number as move_number,
        state as move_state,
        description as memo,
        case
            when {{ matches_pattern('description', '^[a-z][a-z0-9_]*:[A-Za-z0-9_.-]+$') }}
                then 'reference'
            when {{ matches_pattern('description', '^[^ ]*:[^ ]*$') }} then 'key'
            else 'words'
        end as memo_kind,
        company__party__code as legal_entity_id,
        date as accounting_date,
        {{ month_id('period__start_date') }} as accounting_period_id,
        post_date,
        journal__code as journal_code,
        company__currency__code as functional_currency_code,
        create_uid__login as created_by,
        create_date as source_created_at,
        changed_at as source_updated_at
    from source

)

select * from renamed
