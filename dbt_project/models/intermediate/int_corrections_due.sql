-- Entries whose lines in the ERP are to be taken back, posted again, or both. Nothing is taken back
-- for a version that cannot be posted, and nothing where people have to look: an entry would be
-- neither here nor there. An entry that stands in two places is for people; one that was taken back
-- in one place after the other stands in none. What a person asked for is taken back all the same,
-- and posted again only where nobody has to look.
{% set facts = [
    'entry_id', 'entry_type', 'target', 'legal_entity_id', 'current_target',
    'current_legal_entity_id', 'current_version', 'current_period_id', 'current_work_date',
    'source_version', 'posting_round', 'work_period_id', 'is_effective', 'is_postable',
    'is_kept', 'is_same_work'
] %}
{% set has_repost = '(is_effective and is_postable and not is_kept and disputes = 0)' %}
with

own_lines as (

    select
        *,
        cast(
            sum(case when is_to_reverse then 1 else 0 end) over (partition by entry_id) as integer
        ) as reversal_count,
        1 + max(case when source_version = current_version then posting_round else 0 end)
            over (partition by entry_id) as repost_round,
        max(accounting_date) over (partition by entry_id) as last_accounting_date,
        case
            when
                not is_reversed
                and min(target || ' ' || legal_entity_id) over (partition by entry_id, is_reversed)
                != max(target || ' ' || legal_entity_id) over (partition by entry_id, is_reversed)
                then 1
            else 0
        end as is_spread
    from {{ ref('int_own_lines_compared') }}

),

-- the first line of an entry speaks for it: the one that is kept, else the newest that stands
decided as (

    select
        {{ facts | join(', ') }},
        {{ has_repost }} as has_repost,
        entry_id || '|' || {{ version_label('source_version', 'posting_round') }} || '>'
        || case
            when is_kept then {{ version_label('source_version', 'posting_round') }}
            when {{ has_repost }} then {{ version_label('current_version', 'repost_round') }}
            else 'none'
        end as correction_group_id,
        repost_round,
        reversal_count,
        case
            when {{ has_repost }} then greatest(last_accounting_date, current_work_date)
            else last_accounting_date
        end as first_day,
        case
            when not is_effective then 'withdrawal'
            when requests = 1 then 'requested'
            when
                legal_entity_id != current_legal_entity_id
                or target != current_target
                or (project_id is distinct from current_project_id)
                then 'move'
            when is_same_work then 'rate'
            else 'edit'
        end as correction_kind
    from own_lines
    where
        line_rank = 1
        and (disputes = 0 or requests = 1)
        and is_spread = 0
        and (
            (
                reversal_count > 0
                and (not is_effective or is_kept or is_postable or requests = 1)
            )
            or (reversal_count = 0 and is_postable and not is_kept)
        )

)

select *
from decided
