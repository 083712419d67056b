{% set groups = [
    'legal_entity_id', 'client_id', 'project_id', 'accounting_period_id', 'entry_type',
    'contract_currency_code', 'billing_status', 'failed_predicates'
] %}

with

lines as (

    select
        coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce(client_id, {{ unknown_member() }}) as client_id,
        coalesce(project_id, {{ unknown_member() }}) as project_id,
        coalesce(work_period_id, 'unknown') as accounting_period_id,
        coalesce(entry_type, 'unknown') as entry_type,
        coalesce(contract_currency_code, 'unknown') as contract_currency_code,
        billing_status,
        failed_predicates,
        hours - billed_hours as unbilled_hours,
        remaining_amount_contract,
        remaining_amount_reporting,
        aging_days
    from {{ ref('rec_posted_not_billed') }}

),

sums as (

    select
        {{ groups | join(', ') }},
        count(*) as line_count,
        sum(unbilled_hours) as unbilled_hours,
        sum(remaining_amount_contract) as remaining_amount_contract,
        sum(remaining_amount_reporting) as remaining_amount_reporting,
        max(aging_days) as oldest_days
    from lines
    group by {{ groups | join(', ') }}

)

select
    {{ surrogate_key(groups) }} as invoice_ready_hours_id,
    {% for column in groups %}
        sums.{{ column }},
    {% endfor %}
    sums.billing_status = 'ready' as is_invoice_ready,
    sums.line_count,
    cast(sums.unbilled_hours as decimal(18, 4)) as unbilled_hours,
    cast(sums.remaining_amount_contract as decimal(18, 4)) as remaining_amount_contract,
    cast(sums.remaining_amount_reporting as decimal(18, 4)) as remaining_amount_reporting,
    sums.oldest_days,
    {{ as_of() }} as as_of_at
from sums
