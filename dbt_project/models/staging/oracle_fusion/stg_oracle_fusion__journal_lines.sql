-- A journal of ours has the cost on its first line, which stands for the whole; its other side is
-- no cost. Lines that people wrote count one by one. What a journal cannot hold otherwise stands in
-- its references: key, worker, work date, bill value and its currency.
{%- set real_day -%}
    ^20[0-9]{2}/((0[13578]|1[02])/(0[1-9]|[12][0-9]|3[01])|(0[469]|11)/(0[1-9]|[12][0-9]|30)|02/(0[1-9]|1[0-9]|2[0-8]))$|^20([02468][048]|[13579][26])/02/29$
{%- endset %}
with

source as (

    select * from {{ source('oracle_fusion', 'journal_lines') }}

),

renamed as (

    select
        source_system,
        case when reference_1 is null then 'journal:' || id else 'journal:' || header_id end
            as erp_line_id,
        version as source_version,
        known_at,
        is_deleted,
        'journal_entry' as record_type,
        reference_1 as external_id,
        line_text as memo,
        legal_entity_id,
        reference_2 as source_worker_id,
        cast(null as varchar) as source_project_id,
        case
            when {{ matches_pattern('reference_3', real_day) }}
                then cast(replace(reference_3, '/', '-') as date)
        end as work_date,
        accounting_date,
        {{ month_id('accounting_date') }} as accounting_period_id,
        case when status = 'P' then least(last_update_date, known_at) end as posted_at,
        status = 'P' as is_posted,
        cast(null as boolean) as is_billable,
        cast(0 as decimal(18, 4)) as hours,
        cast(coalesce(debit, 0) - coalesce(credit, 0) as decimal(18, 4)) as cost_amount_functional,
        currency_code as functional_currency_code,
        case
            when {{ matches_pattern('reference_4', '^-?[0-9]{1,12}([.][0-9]{1,4})?$') }}
                then cast(reference_4 as decimal(18, 4))
            else cast(0 as decimal(18, 4))
        end as bill_amount_contract,
        reference_5 as contract_currency_code,
        cast(null as varchar) as source_record_ref,
        created_by,
        account_code,
        reference_1 is not null as is_integration_line
    from source
    where reference_1 is null or line_number = '1'

)

select * from renamed
