with

ledger as (

    select
        *,
        case when posting_key like 'R:%' then substr(posting_key, 3) else posting_key end
            as plain_key,
        posting_key like 'R:%' as is_reversal
    from {{ ref('fct_posting_lines') }}
    where state != 'void'

),

ledger_starts as (

    select
        target,
        min(planned_at) as started_at
    from {{ ref('fct_posting_lines') }}
    group by target

),

-- one line per key: further lines under a key are duplicates, which have a mart of their own
erp_ranked as (

    select
        postings.*,
        -- lines from before our ledger began are history, not drift
        postings.posted_at >= ledger_starts.started_at as is_since_ledger,
        row_number() over (
            partition by postings.erp_system, postings.posting_key, postings.is_reversal
            order by
                case postings.line_class when 'duplicate' then 2 else 1 end asc,
                postings.posted_at asc nulls last,
                {{ natural_order('postings.erp_line_id') }}
        ) as key_rank
    from {{ ref('fct_erp_postings') }} as postings
    left join ledger_starts on postings.erp_system = ledger_starts.target
    where postings.posting_key is not null

),

erp as (

    select * from erp_ranked
    where key_rank = 1

),

compared as (

    select
        coalesce(ledger.target, erp.erp_system) as target, -- noqa: RF04
        coalesce(ledger.posting_key, erp.external_id) as posting_key,
        coalesce(ledger.entry_id, erp.entry_id) as entry_id,
        ledger.batch_id,
        ledger.state as ledger_state,
        erp.erp_line_id,
        erp.legal_entity_id,
        erp.accounting_period_id,
        ledger.accounting_date as ledger_accounting_date,
        erp.accounting_date as erp_accounting_date,
        ledger.hours as ledger_hours,
        erp.hours as erp_hours,
        ledger.amount as ledger_amount,
        erp.cost_amount_functional as erp_amount,
        coalesce(ledger.currency_code, erp.functional_currency_code) as currency_code,
        coalesce(ledger.acked_at, erp.posted_at) as noted_at,
        case
            when ledger.posting_key is null then 'unknown'
            when ledger.state = 'acked' and erp.erp_line_id is null then 'missing'
            when ledger.state in ('rejected', 'dead') and erp.erp_line_id is not null
                then 'state_differs'
            when ledger.state != 'acked' then 'none'
            when (ledger.amount is distinct from erp.cost_amount_functional) then 'amount_differs'
            when (ledger.hours is distinct from erp.hours) then 'hours_differ'
            when (ledger.accounting_date is distinct from erp.accounting_date) then 'date_differs'
            else 'none'
        end as difference_type
    from ledger
    full outer join erp
        on
            ledger.target = erp.erp_system
            and ledger.plain_key = erp.posting_key
            and ledger.is_reversal = erp.is_reversal
    where ledger.posting_key is not null or erp.is_since_ledger

),

explained as (

    select
        *,
        case
            when difference_type = 'missing' then 'READ_BACK_MISSING' else 'READ_BACK_DIFFERS'
        end as reason_code
    from compared
    where difference_type != 'none'

)

select
    {{ surrogate_key(['explained.target', 'explained.posting_key', 'explained.erp_line_id']) }}
        as ledger_difference_id,
    explained.*,
    {{ as_of() }} as as_of_at,
    reasons.owner_role,
    {{ exception_id(
        'reasons.stage', 'coalesce(explained.entry_id, explained.posting_key)',
        'explained.reason_code'
    ) }} as exception_id
from explained
left join {{ ref('dim_reasons') }} as reasons on explained.reason_code = reasons.reason_code
