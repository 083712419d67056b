-- What a ledger entry cannot hold otherwise stands in its description, as
-- h=7.5;d=2026-06-15;b=1387.50 USD;w=AB;p=J10. The first entry of a document of ours shows the
-- posting key instead: a text without blanks that holds a colon. One of the form system:entry
-- refers to an entry without being its key; people write words.
{%- set real_day -%}
    ^20[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$|^20([02468][048]|[13579][26])-02-29$
{%- endset %}
with

source as (

    select * from {{ source('business_central', 'general_ledger_entries') }}

),

taken_apart as (

    select
        *,
        split_part(split_part(';' || description, ';h=', 2), ';', 1) as hours_text,
        split_part(split_part(';' || description, ';d=', 2), ';', 1) as work_date_text,
        split_part(split_part(';' || description, ';b=', 2), ';', 1) as bill_text,
        split_part(split_part(';' || description, ';w=', 2), ';', 1) as worker_text,
        split_part(split_part(';' || description, ';p=', 2), ';', 1) as project_text
    from source

),

renamed as (

    select
        source_system,
        id as source_entry_id,
        version as source_version,
        known_at,
        is_deleted,
        entry_number,
        document_number,
        account_number as account_code,
        debit_amount,
        credit_amount,
        posting_date as accounting_date,
        {{ month_id('posting_date') }} as accounting_period_id,
        changed_at as posted_at,
        company__legal_entity as legal_entity_id,
        company__currency_code as functional_currency_code,
        description as memo,
        case
            when {{ matches_pattern('description', '^[a-z][a-z0-9_]*:[A-Za-z0-9_.-]+$') }}
                then 'reference'
            when {{ matches_pattern('description', '^[^ ;]*:[^ ;]*$') }} then 'key'
            when {{ matches_pattern('description', '^h=-?[0-9.]+;d=') }} then 'figures'
            else 'words'
        end as memo_kind,
        nullif(replace(replace(worker_text, '%3B', ';'), '%25', '%'), '') as source_worker_id,
        nullif(replace(replace(project_text, '%3B', ';'), '%25', '%'), '') as source_project_id,
        case
            when {{ matches_pattern('work_date_text', real_day) }}
                then cast(work_date_text as date)
        end as work_date,
        case
            when {{ matches_pattern('hours_text', '^-?[0-9]{1,12}([.][0-9]{1,4})?$') }}
                then cast(hours_text as decimal(18, 4))
        end as hours,
        case
            when {{ matches_pattern('bill_text', '^-?[0-9]{1,13}([.][0-9]{1,4})? [A-Z]{3}$') }}
                then cast(split_part(bill_text, ' ', 1) as decimal(18, 4))
        end as bill_amount_contract,
        case
            when {{ matches_pattern('bill_text', '^-?[0-9]{1,13}([.][0-9]{1,4})? [A-Z]{3}$') }}
                then split_part(bill_text, ' ', 2)
        end as contract_currency_code
    from taken_apart

)

select * from renamed
