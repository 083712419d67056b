{% set window_days = 90 %}

with

movements as (

    select
        legal_entity_id,
        contract_currency_code,
        remaining_amount_contract as unbilled_amount,
        cast(0 as decimal(18, 4)) as unpaid_amount,
        cast(0 as decimal(18, 4)) as invoiced_amount
    from {{ ref('rec_posted_not_billed') }}
    where billing_status not in ('pending_reversal', 'retainer_covered')
    union all
    select
        invoices.legal_entity_id,
        invoices.contract_currency_code,
        cast(0 as decimal(18, 4)) as unbilled_amount,
        coalesce(
            invoices.payable_amount_contract,
            invoices.line_amount_contract - coalesce(invoices.discount_amount_contract, 0)
        ) - coalesce(invoices.paid_amount_contract, 0) as unpaid_amount,
        case
            when
                invoices.invoice_date
                > {{ add_days(local_date(as_of(), 'entities.time_zone'), -window_days) }}
                then invoices.line_amount_contract - coalesce(invoices.discount_amount_contract, 0)
            else 0
        end as invoiced_amount
    from {{ ref('fct_invoices') }} as invoices
    left join {{ ref('dim_legal_entities') }} as entities
        on invoices.legal_entity_id = entities.legal_entity_id
    where invoices.is_issued

),

sums as (

    select
        coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce(contract_currency_code, 'unknown') as contract_currency_code,
        sum(unbilled_amount) as unbilled_amount,
        sum(unpaid_amount) as unpaid_amount,
        sum(invoiced_amount) as invoiced_amount
    from movements
    group by
        coalesce(legal_entity_id, {{ unknown_member() }}),
        coalesce(contract_currency_code, 'unknown')

)

select
    sums.legal_entity_id || ':' || sums.contract_currency_code as lock_up_id,
    'lock_up:days:v1' as metric_definition_id,
    sums.legal_entity_id,
    sums.contract_currency_code,
    cast(sums.unbilled_amount as decimal(18, 4)) as unbilled_amount_contract,
    cast(sums.unpaid_amount as decimal(18, 4)) as unpaid_amount_contract,
    cast(sums.invoiced_amount as decimal(18, 4)) as invoiced_amount_contract,
    {{ ratio_of(multiply('sums.unbilled_amount', window_days, 4, 0), 'sums.invoiced_amount') }}
        as unbilled_lock_up,
    {{ ratio_of(multiply('sums.unpaid_amount', window_days, 4, 0), 'sums.invoiced_amount') }}
        as unpaid_lock_up,
    {{ ratio_of(
        multiply('(sums.unbilled_amount + sums.unpaid_amount)', window_days, 4, 0),
        'sums.invoiced_amount'
    ) }} as total_lock_up,
    {{ as_of() }} as as_of_at
from sums
