{% set measures = ['hours', 'cost_amount_functional', 'bill_amount_contract'] %}
with

candidates as (

    select
        posting_line_id,
        count(*) as candidate_count,
        sum(case when is_equal then 1 else 0 end) as equal_candidate_count,
        {{ text_list('entry_id', 'candidate_rank') }} as candidate_entry_ids,
        sum(hours) as hours,
        sum(cost_amount_functional) as cost_amount_functional,
        sum(bill_amount_contract) as bill_amount_contract
    from {{ ref('fct_match_candidates') }}
    group by posting_line_id

),

explained as (

    select
        orphans.*,
        coalesce(candidates.candidate_count, 0) as candidate_count,
        coalesce(candidates.equal_candidate_count, 0) as equal_candidate_count,
        candidates.candidate_entry_ids,
        {% for measure in measures %}
            cast(coalesce(candidates.{{ measure }}, 0) as decimal(18, 4))
                as candidate_{{ measure }},
        {% endfor %}
        case
            when candidates.posting_line_id is null then 'MATCH_NOTHING_OPEN'
            when candidates.equal_candidate_count > 0 then 'MATCH_AMBIGUOUS'
            else 'MATCH_SUM_DIFFERS'
        end as match_reason_code
    from {{ ref('rec_orphan_postings') }} as orphans
    left join candidates on orphans.posting_line_id = candidates.posting_line_id
    where orphans.class in ('manual_journal', 'foreign_integration')

)

select
    explained.posting_line_id,
    explained.erp_system,
    explained.erp_line_id,
    explained.external_id,
    explained.memo,
    explained.class, -- noqa: RF04
    explained.legal_entity_id,
    explained.worker_id,
    explained.project_id,
    explained.work_date,
    explained.work_period_id,
    explained.accounting_period_id,
    explained.posted_at,
    explained.known_at,
    explained.as_of_at,
    {% for measure in measures %}
        explained.{{ measure }},
        explained.candidate_{{ measure }},
        cast(explained.{{ measure }} - explained.candidate_{{ measure }} as decimal(18, 4))
            as difference_{{ measure }},
    {% endfor %}
    explained.functional_currency_code,
    explained.contract_currency_code,
    explained.candidate_count,
    cast(explained.equal_candidate_count as bigint) as equal_candidate_count,
    explained.candidate_entry_ids,
    explained.amount_at_risk_reporting,
    explained.match_reason_code as reason_code,
    reasons.owner_role,
    explained.aging_days,
    explained.aging_bucket,
    {{ exception_id(
        'reasons.stage', 'explained.posting_line_id', 'explained.match_reason_code'
    ) }} as exception_id
from explained
left join {{ ref('dim_reasons') }} as reasons
    on explained.match_reason_code = reasons.reason_code
