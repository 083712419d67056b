-- Lines of ours that stand or stood for a group, with what was sent and what keeps people busy with
-- them: a member that others have, or one that was changed and cannot be posted as it is now.
with

images as (

    select * from {{ ref('stg_tieout__planned_lines') }}
    where planned_at <= {{ as_of() }}

),

-- the members of a line as it was sent
members as (

    select
        manifests.posting_key,
        count(*) as member_count,
        max(versions.accounting_period_id) as work_period_id,
        max(case when claims.entry_id is not null then 1 else 0 end) = 1 as has_claimed_member,
        max(
            case
                when entries.is_effective and not (
                    {{ is_free_to_post('entries') }} and coalesce(grouped.is_sound, true)
                ) then 1
                else 0
            end
        ) = 1 as has_blocked_member
    from {{ ref('stg_tieout__posting_manifests') }} as manifests
    left join {{ ref('fct_entry_versions') }} as versions
        on
            manifests.entry_id = versions.entry_id
            and manifests.source_version = versions.source_version
    left join {{ ref('fct_entries') }} as entries on manifests.entry_id = entries.entry_id
    left join {{ ref('int_grouped_entries') }} as grouped
        on manifests.entry_id = grouped.entry_id
    left join {{ ref('int_entry_claims') }} as claims on manifests.entry_id = claims.entry_id
    where {{ is_group_key('manifests.posting_key') }}
    group by manifests.posting_key

)

select
    postings.posting_line_id,
    postings.posting_key,
    postings.erp_system,
    postings.group_id,
    images.entry_type,
    postings.source_version,
    postings.posting_round,
    postings.is_reversed,
    postings.is_repeated
    or postings.orphan_class is not null
    or members.posting_key is null
    or images.entry_type is null
    or images.state in ('rejected', 'dead', 'void')
    or coalesce(images.hours != postings.hours, false)
    or coalesce(images.cost_amount_functional != postings.cost_amount_functional, false)
    or (members.has_claimed_member and not postings.is_reversed) as is_for_people,
    coalesce(members.has_blocked_member, false) as has_blocked_member,
    {% for column in [
        'legal_entity_id', 'worker_id', 'project_id', 'functional_currency_code',
        'contract_currency_code', 'hours', 'cost_amount_functional', 'bill_amount_contract',
        'is_billable', 'work_date'
    ] %}
        coalesce(images.{{ column }}, postings.{{ column }}) as {{ column }},
    {% endfor %}
    postings.accounting_date,
    members.work_period_id
from {{ ref('int_group_postings') }} as postings
left join images on postings.posting_key = images.posting_key
left join members on postings.posting_key = members.posting_key
where not postings.is_reversal
