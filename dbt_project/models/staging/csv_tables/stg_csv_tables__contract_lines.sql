with

source as (

    {{ csv_versions('contract_lines', [
        'contract_line_id', 'contract_id', 'project_id', 'task_id', 'line_type',
        'cap_amount', 'price_amount', 'included_hours', 'markup_percent',
        'discount_percent', 'presentation', 'needs_vendor_bill', 'start_date', 'end_date'
    ]) }}

),

renamed as (

    select
        source_system,
        contract_line_id as source_contract_line_id,
        contract_id as source_contract_id,
        project_id as source_project_id,
        task_id as source_task_id,
        line_type,
        cap_amount as cap_amount_contract,
        price_amount as price_amount_contract,
        included_hours,
        markup_percent,
        discount_percent,
        presentation,
        needs_vendor_bill,
        start_date,
        end_date,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
