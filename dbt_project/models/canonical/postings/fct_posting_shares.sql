-- What each line posted of each entry; a line that posts one entry is one share with everything.
with

postings as (

    select * from {{ ref('fct_erp_postings') }}
    where line_class = 'matched' and entry_id is not null

)

select
    postings.posting_line_id || '|' || postings.entry_id as posting_share_id,
    postings.posting_line_id,
    postings.erp_system,
    postings.erp_line_id,
    postings.entry_id,
    postings.source_system,
    postings.source_record_id,
    postings.source_version,
    postings.leg,
    postings.is_reversal,
    postings.is_reversed,
    postings.match_tier,
    postings.legal_entity_id,
    postings.worker_id,
    postings.client_id,
    postings.project_id,
    postings.work_date,
    postings.work_period_id,
    postings.accounting_date,
    postings.accounting_period_id,
    postings.posted_at,
    postings.is_billable,
    postings.hours,
    postings.cost_amount_functional,
    postings.functional_currency_code,
    postings.bill_amount_contract,
    postings.contract_currency_code,
    postings.known_at
from postings
