-- posted value + write-ups = invoiced + discounts + write-offs + over cap + work in progress, less
-- what was relieved beyond the value. Open parts come from the mart of what is not billed.
select
    chargeable.posting_line_id,
    chargeable.entry_id,
    chargeable.legal_entity_id,
    chargeable.client_id,
    chargeable.project_id,
    chargeable.work_date,
    chargeable.work_period_id as accounting_period_id,
    chargeable.bill_amount_contract,
    chargeable.written_up_amount_contract,
    chargeable.billed_amount_contract,
    chargeable.discount_amount_contract,
    chargeable.written_off_amount_contract,
    coalesce(unbilled.over_cap_amount_contract, 0) as over_cap_amount_contract,
    coalesce(unbilled.covered_amount_contract, 0) as covered_amount_contract,
    cast(
        coalesce(
            unbilled.remaining_amount_contract
            - unbilled.over_cap_amount_contract
            - unbilled.covered_amount_contract,
            0
        ) as decimal(18, 4)
    ) as wip_amount_contract,
    cast(
        greatest(
            case when chargeable.bill_amount_contract < 0 then 1 else -1 end
            * chargeable.remaining_amount_contract,
            0
        ) * case when chargeable.bill_amount_contract < 0 then -1 else 1 end as decimal(18, 4)
    ) as excess_amount_contract,
    chargeable.over_credited_amount_contract,
    chargeable.contract_currency_code,
    {{ to_reporting('abs(chargeable.remaining_amount_contract)', 'chargeable') }}
        as remaining_amount_reporting,
    chargeable.known_at,
    reasons.reason_code,
    reasons.owner_role,
    {{ exception_id('reasons.stage', 'chargeable.posting_line_id', 'reasons.reason_code') }}
        as exception_id,
    {{ as_of() }} as as_of_at
from {{ ref('rec_chargeable_postings') }} as chargeable
left join {{ ref('rec_posted_not_billed') }} as unbilled
    on chargeable.posting_line_id = unbilled.posting_line_id
left join {{ ref('dim_reasons') }} as reasons
    on
        reasons.reason_code = 'OVERBILLED'
        and (
            chargeable.over_credited_amount_contract != 0
            or (
                chargeable.remaining_amount_contract != 0
                and (chargeable.remaining_amount_contract > 0)
                != (chargeable.bill_amount_contract > 0)
            )
        )
