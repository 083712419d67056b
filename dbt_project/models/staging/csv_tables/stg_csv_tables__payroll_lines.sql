with

source as (

    {{ csv_versions('payroll_lines', [
        'payroll_line_id',
        'entry_id',
        'hours',
        'labour_code',
        'paid_on'
    ]) }}

),

renamed as (

    select
        source_system,
        payroll_line_id as source_payroll_line_id,
        entry_id as source_entry_id,
        hours,
        labour_code,
        paid_on as paid_date,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
