-- What each line posted of each entry. A line of one entry is one share with everything; a line
-- that stands for several has a share per entry, and what its shares leave over is its variance.
with

postings as (

    select * from {{ ref('fct_erp_postings') }}
    where line_class = 'matched'

),

share_lines as (

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

),

versions as (

    select
        entry_id,
        source_version,
        is_newest,
        task_id,
        cost_center_code,
        labour_category,
        is_billable
    from {{ ref('fct_entry_versions') }}

)

-- what a version we never saw was posted with is not known: the entry's own stands in; and a line
-- of several entries says nothing of what it was not split by
select
    share_lines.*,  -- noqa: AM04
    {% for column in ['task_id', 'cost_center_code', 'labour_category'] %}
        case
            when
                posted.entry_id is null
                or {{ leaves_open('share_lines.posting_key', column) }}
                then newest.{{ column }}
            else posted.{{ column }}
        end as {{ column }},
    {% endfor %}
    coalesce(posted.is_billable, newest.is_billable, share_lines.is_billable) as is_billable_version
from share_lines
left join versions as posted
    on share_lines.entry_id = posted.entry_id and share_lines.source_version = posted.source_version
left join versions as newest
    on share_lines.entry_id = newest.entry_id and newest.is_newest
