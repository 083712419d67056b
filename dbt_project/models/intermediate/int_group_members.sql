-- The entries of each group as it is now. An entry that stands in a line of another group, which
-- cannot be taken back now, stays there: it would be in two lines.
with

stuck as (

    select distinct
        manifests.entry_id,
        group_lines.group_id
    from {{ ref('int_group_lines') }} as group_lines
    inner join {{ ref('stg_tieout__posting_manifests') }} as manifests
        on group_lines.posting_key = manifests.posting_key
    where
        not group_lines.is_reversed
        and (group_lines.is_for_people or group_lines.has_blocked_member)

),

stuck_elsewhere as (

    select distinct grouped.entry_id
    from {{ ref('int_grouped_entries') }} as grouped
    inner join stuck on grouped.entry_id = stuck.entry_id
    where grouped.group_id != stuck.group_id

)

select
    grouped.entry_id,
    grouped.group_id,
    grouped.group_record_id
from {{ ref('int_grouped_entries') }} as grouped
left join stuck_elsewhere on grouped.entry_id = stuck_elsewhere.entry_id
where
    grouped.is_free
    and grouped.is_sound
    and not grouped.is_claimed
    and stuck_elsewhere.entry_id is null
