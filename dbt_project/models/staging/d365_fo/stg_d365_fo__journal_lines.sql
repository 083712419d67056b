-- A text without blanks that holds a colon, or is the digest of a key that was too long, is the key
-- of an integration; people write words.
with

source as (

    select * from {{ source('d365_fo', 'journal_lines') }}

),

renamed as (

    select
        source_system,
        id as erp_line_id,
        version as source_version,
        known_at,
        is_deleted,
        record_type,
        case
            when
                {{ matches_pattern('text', '^[^ ]*:[^ ]*$') }}
                or {{ matches_pattern('text', '^[A-Z2-7]{52}$') }}
                then text
        end as external_id,
        text as memo,
        legal_entity_id,
        resource_id as source_worker_id,
        project_id as source_project_id,
        work_date,
        accounting_date,
        {{ month_id('accounting_date') }} as accounting_period_id,
        account_code,
        is_posted,
        line_property = 'Billable' as is_billable,
        cast(coalesce(hours, 0) as decimal(18, 4)) as hours,
        case
            when record_type != 'hour_journal_line'
                then cast(coalesce(amount, 0) - coalesce(credit_amount, 0) as decimal(18, 4))
            else
                coalesce(
                    cast(amount as decimal(18, 4)),
                    {{ round_money(multiply('hours', 'cost_price')) }}
                )
        end as cost_amount_functional,
        accounting_currency as functional_currency_code,
        case
            when line_property = 'Billable'
                then coalesce({{ round_money(multiply('quantity', 'sales_price')) }}, 0)
            else 0
        end as bill_amount,
        sales_currency as contract_currency_code
    from source

)

select * from renamed
