-- What a confirmed bill makes of each entry's cost: the bill is split by hours, to the last cent.
with

covered as (

    select
        entries.entry_id,
        entries.hours,
        entries.line_count,
        bills.vendor_bill_line_id,
        bills.billed_amount,
        bills.currency_code,
        bills.vendor_bill_status
    from {{ ref('int_vendor_bill_entries') }} as entries
    inner join {{ ref('fct_vendor_bills') }} as bills
        on entries.vendor_bill_line_id = bills.vendor_bill_line_id

),

confirmed as (

    select * from covered
    where vendor_bill_status = 'confirmed'

),

shares as (

    {{ allocate_amount(
        'confirmed', 'billed_amount', 'hours', 'currency_code',
        keys=['vendor_bill_line_id'], tie_break='entry_id'
    ) }}

)

select
    entry_id,
    vendor_bill_line_id,
    allocated_amount,
    currency_code,
    vendor_bill_status
from shares
union all
-- under two lines an entry is listed once, without a line
select
    entry_id,
    case when max(line_count) = 1 then min(vendor_bill_line_id) end as vendor_bill_line_id,
    cast(null as decimal(18, 4)) as allocated_amount,
    cast(null as varchar) as currency_code,
    min(vendor_bill_status) as vendor_bill_status
from covered
where vendor_bill_status != 'confirmed'
group by entry_id
