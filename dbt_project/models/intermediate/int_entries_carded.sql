-- What the rate cards, and a contractor's bill, say of each version; nothing is chosen yet.
select
    entries.*,  -- noqa: AM04
    coalesce(bill_owners.source_system = entries.source_system, false)
    and entries.source_bill_rate is not null as is_own_bill_rate,
    coalesce(cost_owners.source_system = entries.source_system, false)
    and entries.source_cost_rate is not null as is_own_cost_rate,
    rates.bill_rate_id,
    rates.bill_rate_level,
    rates.bill_rate as card_bill_rate,
    rates.bill_currency_code as card_bill_currency_code,
    coalesce(rates.is_bill_ambiguous, false) as is_bill_ambiguous,
    coalesce(rates.is_bill_blended, false) as is_bill_blended,
    rates.cost_rate_id,
    rates.cost_rate_level,
    rates.cost_rate as card_cost_rate,
    rates.cost_currency_code as card_cost_currency_code,
    coalesce(rates.is_cost_ambiguous, false) as is_cost_ambiguous,
    rates.standard_rate,
    rates.standard_currency_code,
    coalesce(
        entries.entry_type = 'time'
        and entries.line_type = 'pass_through'
        and entries.markup_percent is not null,
        false
    ) as is_cost_plus,
    bills.allocated_amount as vendor_amount,
    bills.currency_code as vendor_currency_code,
    coalesce(
        bills.vendor_bill_status, case when entries.needs_vendor_bill then 'missing' end
    ) as vendor_bill_status
from {{ ref('int_entries_located') }} as entries
left join {{ ref('int_bill_rates_resolved') }} as rates
    on
        {{ key_when("entries.entry_type = 'time'", 'entries.rate_key') }} = rates.rate_key
        and entries.work_date between rates.valid_from and rates.valid_to
left join {{ ref('int_rate_owners') }} as bill_owners
    on
        entries.legal_entity_id = bill_owners.legal_entity_id
        and bill_owners.leg = 'bill'
left join {{ ref('int_rate_owners') }} as cost_owners
    on
        entries.legal_entity_id = cost_owners.legal_entity_id
        and cost_owners.leg = 'cost'
left join {{ ref('int_vendor_bill_shares') }} as bills
    on {{ key_when('entries.is_newest', 'entries.entry_id') }} = bills.entry_id
