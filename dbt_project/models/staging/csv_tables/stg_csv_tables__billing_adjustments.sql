with

source as (

    {{ csv_versions('billing_adjustments', [
        'adjustment_id', 'adjustment_kind', 'entry_id', 'erp_line_id', 'project_id',
        'hours', 'amount', 'reason', 'approver_id', 'decided_on'
    ]) }}

),

renamed as (

    select
        source_system,
        adjustment_id as source_adjustment_id,
        adjustment_kind,
        case
            when entry_id like '%:%' then entry_id
            else source_system || ':' || entry_id
        end as source_record_ref,
        erp_line_id,
        project_id as source_project_id,
        hours as adjusted_hours,
        amount as adjusted_amount_contract,
        reason,
        approver_id as source_approver_id,
        decided_on,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
