-- Matches made by a person. One that nobody else approved, that names what is not known, what is
-- matched already, or another entity, is not carried out; it says why.
with

matches as (

    select
        *,
        source_system || ':' || source_match_id as manual_match_id
    from {{ ref('int_manual_matches_known') }}
    where version_rank = 1 and not is_deleted

),

found_already as (

    select posting_line_id from {{ ref('int_exact_matches') }}
    union all
    select posting_line_id from {{ ref('int_group_matches') }}

),

matched_lines as (

    select distinct posting_line_id from found_already

),

newest as (

    select * from {{ ref('int_priced_versions') }}
    where is_newest and is_effective

)

select
    matches.manual_match_id,
    matches.posting_line_id,
    matches.entry_id,
    newest.source_version,
    erp_lines.leg,
    matches.hours,
    matches.cost_amount_functional,
    matches.bill_amount_contract,
    matches.reason,
    matches.prepared_by,
    matches.approved_by,
    matches.known_at,
    count(*) over (partition by matches.entry_id, erp_lines.leg) as entry_match_count,
    case
        when matches.prepared_by = matches.approved_by then 'MATCH_NOT_SEPARATED'
        when erp_lines.posting_line_id is null or newest.entry_id is null then 'MATCH_UNKNOWN'
        when matched_lines.posting_line_id is not null then 'MATCH_LINE_USED'
        when
            erp_lines.legal_entity_id != newest.legal_entity_id
            or erp_lines.functional_currency_code != newest.functional_currency_code
            or (
                erp_lines.bill_amount_contract != 0
                and newest.bill_amount_contract != 0
                and erp_lines.contract_currency_code != newest.contract_currency_code
            )
            then 'MATCH_ACROSS'
    end as reason_code
from matches
left join {{ ref('int_open_lines') }} as erp_lines
    on matches.posting_line_id = erp_lines.posting_line_id
left join newest on matches.entry_id = newest.entry_id
left join matched_lines on matches.posting_line_id = matched_lines.posting_line_id
