-- Whether the members of a posted group line are those of its group now, each with its figures.
with

group_lines as (

    select distinct
        posting_key,
        group_id
    from {{ ref('int_group_lines') }}

),

figures as (

    select
        group_lines.posting_key,
        manifests.entry_id,
        1 as side,
        manifests.hours,
        manifests.cost_amount_functional,
        manifests.bill_amount_contract
    from group_lines
    inner join {{ ref('stg_tieout__posting_manifests') }} as manifests
        on group_lines.posting_key = manifests.posting_key
    union all
    select
        group_lines.posting_key,
        members.entry_id,
        -1 as side,
        -entries.hours as hours,
        -entries.cost_amount_functional as cost_amount_functional,
        -entries.bill_amount_contract as bill_amount_contract
    from group_lines
    inner join {{ ref('int_group_members') }} as members on group_lines.group_id = members.group_id
    inner join {{ ref('fct_entries') }} as entries on members.entry_id = entries.entry_id

),

differences as (

    select
        posting_key,
        entry_id,
        sum(side) as sides,
        sum(hours) as hours,
        sum(cost_amount_functional) as cost_amount_functional,
        sum(bill_amount_contract) as bill_amount_contract
    from figures
    group by posting_key, entry_id

)

select
    posting_key,
    max(case when sides != 0 or hours != 0 then 1 else 0 end) = 0
        as has_same_members,
    max(
        case
            when
                abs(cost_amount_functional) > {{ policy_amount('tolerance') }}
                or abs(bill_amount_contract) > {{ policy_amount('tolerance') }}
                then 1
            else 0
        end
    ) = 0 as has_same_values
from differences
group by posting_key
