with

source as (

    select * from {{ source('kantata', 'workspaces') }}

),

named as (

    select
        *,
        replace(lower(trim(custom__billing_model)), ' ', '_') as billing_model_name,
        coalesce(custom__contract_currency, currency) as contract_currency_code
    from source

),

renamed as (

    select
        source_system,
        id as source_project_id,
        version as source_version,
        known_at,
        is_deleted,
        custom__project_code as project_code,
        title as project_name,
        primary_workspace_group_id as source_client_id,
        custom__legal_entity as legal_entity_id,
        case
            when
                billing_model_name in (
                    'time_and_materials', 'fixed_fee', 'capped', 'retainer', 'internal'
                )
                then billing_model_name
        end as billing_model,
        contract_currency_code,
        -- hundredths, thousandths or whole units, as the currency has them; a cap in another
        -- currency than the contract's is none that can be compared
        case
            when custom__cap_currency != contract_currency_code then null
            when {{ minor_units('custom__cap_currency') }} = 0
                then cast(custom__cap_in_cents as decimal(18, 4))
            when {{ minor_units('custom__cap_currency') }} = 3
                then
                    cast(
                        cast(custom__cap_in_cents as decimal(18, 0))
                        * cast(0.001 as decimal(4, 3))
                        as decimal(18, 4)
                    )
            else
                cast(
                    cast(custom__cap_in_cents as decimal(18, 0)) * cast(0.01 as decimal(4, 3))
                    as decimal(18, 4)
                )
        end as cap_amount_contract,
        not archived
        and coalesce(lower(status__message), '') not in (
            'closed', 'completed', 'complete', 'cancelled'
        ) as is_active,
        not coalesce(tasks_default_non_billable, false) as is_billable,
        status__message as raw_status,
        start_date,
        due_date as end_date
    from named

)

select * from renamed
