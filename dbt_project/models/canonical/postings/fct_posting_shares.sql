-- What each line posted of each entry. A line of one entry is one share with everything; a line
-- that stands for several has a share per entry, and what its shares leave over is its variance.
with

postings as (

    select * from {{ ref('fct_erp_postings') }}
    where line_class = 'matched'

)

select
    posting_line_id || '|' || entry_id || '|' || coalesce(cast(source_version as varchar), '')
        as posting_share_id,
    posting_line_id,
    erp_system,
    erp_line_id,
    external_id,
    posting_key,
    entry_id,
    source_system,
    source_record_id,
    source_version,
    leg,
    is_reversal,
    is_reversed,
    match_tier,
    legal_entity_id,
    worker_id,
    client_id,
    project_id,
    work_date,
    work_period_id,
    accounting_date,
    accounting_period_id,
    posted_at,
    is_billable,
    hours,
    cost_amount_functional,
    functional_currency_code,
    bill_amount_contract,
    contract_currency_code,
    known_at
from postings
where match_tier <= 1
union all
select
    line_shares.posting_share_id,
    postings.posting_line_id,
    postings.erp_system,
    postings.erp_line_id,
    postings.external_id,
    postings.posting_key,
    line_shares.entry_id,
    line_shares.source_system,
    line_shares.source_record_id,
    line_shares.source_version,
    line_shares.leg,
    postings.is_reversal,
    postings.is_reversed,
    line_shares.match_tier,
    line_shares.legal_entity_id,
    line_shares.worker_id,
    line_shares.client_id,
    line_shares.project_id,
    line_shares.work_date,
    line_shares.work_period_id,
    postings.accounting_date,
    postings.accounting_period_id,
    postings.posted_at,
    line_shares.is_billable,
    line_shares.hours,
    line_shares.cost_amount_functional,
    line_shares.functional_currency_code,
    line_shares.bill_amount_contract,
    line_shares.contract_currency_code,
    postings.known_at
from {{ ref('int_line_shares') }} as line_shares
inner join postings on line_shares.posting_line_id = postings.posting_line_id
