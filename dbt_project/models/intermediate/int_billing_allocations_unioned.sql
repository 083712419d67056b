{% set shared = [
    'source_system', 'source_allocation_id', 'source_version', 'known_at', 'is_deleted',
    'erp_line_id', 'source_record_ref', 'invoice_id', 'invoice_number', 'invoice_date',
    'is_issued', 'hours', 'billed_amount_contract', 'contract_currency_code'
] %}

select
    {{ shared | join(', ') }},
    cast(null as varchar) as source_invoice_line_id,
    cast(null as decimal(18, 4)) as discount_amount_contract
from {{ ref('stg_netsuite__billing_allocations') }}
union all
select
    {{ shared | join(', ') }},
    cast(null as varchar) as source_invoice_line_id,
    cast(null as decimal(18, 4)) as discount_amount_contract
from {{ ref('stg_d365_fo__billing_allocations') }}
union all
select
    {{ shared | join(', ') }},
    cast(null as varchar) as source_invoice_line_id,
    cast(null as decimal(18, 4)) as discount_amount_contract
from {{ ref('stg_csv_folder__billing_allocations') }}
union all
select
    {{ shared | join(', ') | replace('invoice_id', 'source_invoice_id as invoice_id') }},
    source_invoice_line_id,
    discount_amount_contract
from {{ ref('stg_csv_tables__billing_allocations') }}
