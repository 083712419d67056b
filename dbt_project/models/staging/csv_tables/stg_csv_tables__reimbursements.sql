with

source as (

    {{ csv_versions('reimbursements', [
        'reimbursement_id',
        'entry_id',
        'amount',
        'currency_code',
        'paid_on'
    ]) }}

),

renamed as (

    select
        source_system,
        reimbursement_id as source_reimbursement_id,
        entry_id as source_entry_id,
        amount as reimbursed_amount,
        currency_code,
        paid_on as paid_date,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
