-- What a ledger cannot hold otherwise stands in the line's text, as
-- worker=W-0007;project=P-1003;work_date=2026-06-15;hours=7.5000;bill=1387.50 GBP. Text that
-- people wrote may hold anything, so a value that is none is left out.
{%- set real_day -%}
    ^20[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$|^20([02468][048]|[13579][26])-02-29$
{%- endset %}
with

source as (

    select * from {{ source('tryton', 'account_move_lines') }}

),

taken_apart as (

    select
        *,
        split_part(split_part(';' || description, ';worker=', 2), ';', 1) as worker_text,
        split_part(split_part(';' || description, ';project=', 2), ';', 1) as project_text,
        split_part(split_part(';' || description, ';work_date=', 2), ';', 1) as work_date_text,
        split_part(split_part(';' || description, ';hours=', 2), ';', 1) as hours_text,
        split_part(split_part(';' || description, ';bill=', 2), ';', 1) as bill_text
    from source

),

renamed as (

    select
        source_system,
        id as source_line_id,
        version as source_version,
        known_at,
        is_deleted,
        move__id as source_move_id,
        account__code as account_code,
        debit as debit_amount,
        credit as credit_amount,
        second_currency__code as second_currency_code,
        amount_second_currency as second_currency_amount,
        description as line_text,
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
            when {{ matches_pattern('bill_text', '^-?[0-9.]+ [A-Z]{3}$') }}
                then split_part(bill_text, ' ', 2)
        end as text_currency_code
    from taken_apart

)

select * from renamed
