-- What was billed or decided on a line that was reversed since counts for the line that stands for
-- its entry, or its group, now, on the same project; so a corrected entry is never billed twice.
with

postings as (

    select
        *,
        case
            when {{ is_group_key('posting_key') }} then {{ group_id_of('posting_key') }}
            else entry_id
        end as unit_id
    from {{ ref('fct_erp_postings') }}
    where line_class = 'matched'

),

standing as (

    select
        *,
        row_number() over (
            partition by unit_id, project_id, contract_currency_code
            order by source_version desc nulls last, posting_line_id asc
        ) as standing_rank
    from postings
    where not is_reversal and not is_reversed and bill_amount_contract != 0

)

select
    postings.posting_line_id,
    coalesce(standing.posting_line_id, postings.posting_line_id) as standing_line_id,
    postings.entry_id,
    postings.project_id,
    postings.bill_amount_contract,
    coalesce(standing.bill_amount_contract, postings.bill_amount_contract)
        as standing_amount_contract,
    postings.contract_currency_code,
    not postings.is_reversal and not postings.is_reversed as is_standing,
    {{ as_of() }} as as_of_at
from postings
left join standing
    on
        {{ key_when('postings.is_reversal or postings.is_reversed', 'postings.unit_id') }}
        = standing.unit_id
        and postings.project_id = standing.project_id
        and postings.contract_currency_code = standing.contract_currency_code
        and standing.standing_rank = 1
