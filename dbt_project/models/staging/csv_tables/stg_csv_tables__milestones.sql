with

source as (

    {{ csv_versions('milestones', [
        'milestone_id', 'contract_line_id', 'milestone_name', 'amount', 'planned_date',
        'completed_date', 'accepted_date', 'milestone_status'
    ]) }}

),

renamed as (

    select
        source_system,
        milestone_id as source_milestone_id,
        contract_line_id as source_contract_line_id,
        milestone_name,
        amount as milestone_amount_contract,
        planned_date,
        completed_date,
        accepted_date,
        milestone_status,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
