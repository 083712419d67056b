-- Entries that go out in lines of several, with what keeps one out of its group: an entry that the
-- gate would hold goes alone, so that the gate holds it alone, and one that a line of others may
-- mean waits for people.
with

newest as (

    select
        entry_id,
        group_id,
        group_record_id
    from {{ ref('int_group_versions') }}
    where is_newest

)

select
    newest.entry_id,
    newest.group_id,
    newest.group_record_id,
    {{ is_free_to_post('entries') }} as is_free,
    coalesce(
        entries.cost_amount_functional >= 0
        and entries.bill_amount_contract >= 0
        and entries.is_billable is not null
        and (not entries.is_billable or entries.contract_currency_code is not null)
        and (
            entries.entry_type = 'expense'
            or (
                entries.hours > 0
                and entries.hours <= coalesce((
                    select max(cast(policies.policy_value as decimal(18, 4)))
                    from {{ ref('dim_policies') }} as policies
                    where policies.policy = 'max_hours_per_day'
                ), 24)
            )
        ), false
    ) as is_sound,
    claims.entry_id is not null as is_claimed
from newest
inner join {{ ref('fct_entries') }} as entries on newest.entry_id = entries.entry_id
left join {{ ref('int_entry_claims') }} as claims on newest.entry_id = claims.entry_id
