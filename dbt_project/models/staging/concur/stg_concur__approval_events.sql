-- A report tells when it was submitted and when its last approval was given; of a report that was
-- sent back only its last change is known.
with

source as (

    select * from {{ source('concur', 'expense_reports') }}

),

submitted as (

    select
        source_system,
        id || ':submitted:' || cast(submit_date as varchar) as source_event_id,
        version as source_version,
        known_at,
        is_deleted,
        id as source_record_id,
        'report' as source_grain,
        'submitted' as event,  -- noqa: RF04
        submit_date as event_at,
        lower(owner_login_id) as actor_source_id,
        cast(null as varchar) as comment  -- noqa: RF04
    from source
    where submit_date is not null

),

approved as (

    select
        source_system,
        id || ':approved:' || cast(processing_payment_date as varchar) as source_event_id,
        version as source_version,
        known_at,
        is_deleted,
        id as source_record_id,
        'report' as source_grain,
        'approved' as event,  -- noqa: RF04
        processing_payment_date as event_at,
        lower(approver_login_id) as actor_source_id,
        nullif(last_comment, '') as comment  -- noqa: RF04
    from source
    where approval_status_code = 'A_APPR' and processing_payment_date is not null

),

sent_back as (

    select
        source_system,
        id || ':rejected:' || cast(submit_date as varchar) as source_event_id,
        version as source_version,
        known_at,
        is_deleted,
        id as source_record_id,
        'report' as source_grain,
        'rejected' as event,  -- noqa: RF04
        last_modified_date as event_at,
        lower(approver_login_id) as actor_source_id,
        nullif(last_comment, '') as comment  -- noqa: RF04
    from source
    where approval_status_code = 'A_RESU' and submit_date is not null

)

select * from submitted
union all
select * from approved
union all
select * from sent_back
