select
    matches.manual_match_id,
    matches.posting_line_id,
    matches.entry_id,
    matches.source_version,
    matches.leg,
    matches.reason as match_reason,
    matches.prepared_by,
    matches.approved_by,
    matches.reason_code is null as is_accepted,
    matches.reason_code,
    reasons.owner_role,
    case
        when matches.reason_code is not null
            then {{ exception_id(
                'reasons.stage', 'matches.manual_match_id', 'matches.reason_code'
            ) }}
    end as exception_id,
    matches.known_at
from {{ ref('int_manual_matches') }} as matches
left join {{ ref('dim_reasons') }} as reasons on matches.reason_code = reasons.reason_code
