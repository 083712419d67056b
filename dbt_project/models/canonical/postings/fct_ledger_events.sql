-- What the ledger and the invoices did with an entry. An invoice is known by its day: it counts
-- when that day is over, and `latest_at` leaves a day for other time zones.
with

shares as (

    select
        posted.*,
        -- a version from before our first reading: nobody can say how it was approved
        posted.source_version is null or known.entry_id is not null as is_version_known
    from {{ ref('fct_posting_shares') }} as posted
    left join {{ ref('int_entry_states') }} as known
        on
            posted.entry_id = known.entry_id
            and posted.source_version = known.source_version

),

invoiced as (

    select
        entry_id,
        invoice_id,
        min(source_system) as source_system,
        min(invoice_date) as invoice_date,
        min(known_at) as known_at
    from {{ ref('fct_billing_allocations') }}
    where is_issued and entry_id is not null and billed_amount_contract > 0
    group by entry_id, invoice_id

),

events as (

    select
        entry_id,
        case when is_reversal then 'reversed' else 'posted' end as event,  -- noqa: RF04
        'erp' as origin,
        erp_system as source_system,
        posting_share_id as origin_id,
        source_version,
        case when is_reversal then 5 else 6 end as order_in_version,
        coalesce(posted_at, known_at) as event_at,
        coalesce(posted_at, known_at) as latest_at,
        is_version_known,
        known_at
    from shares
    union all
    select
        entry_id,
        'invoiced' as event,  -- noqa: RF04
        'invoice' as origin,
        source_system,
        invoice_id as origin_id,
        cast(null as bigint) as source_version,
        7 as order_in_version,
        cast({{ add_days('invoice_date', 1) }} as timestamp) as event_at,
        cast({{ add_days('invoice_date', 2) }} as timestamp) as latest_at,
        true as is_version_known,
        known_at
    from invoiced

)

select
    entry_id || ':' || event || ':' || origin || ':' || origin_id as ledger_event_id,
    entry_id,
    event,
    origin,
    source_system,
    origin_id,
    source_version,
    order_in_version,
    event_at,
    latest_at,
    is_version_known,
    known_at
from events
