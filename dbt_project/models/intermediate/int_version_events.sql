-- Events that the versions of an entry show. A change after an approval is an adjustment; a version
-- that shows approved again after it was approved anew.
{% set events = [
    ('adjusted', 1, "was_approved and approval_status != 'rejected'"
        ~ " and (is_changed or (status_before = 'approved' and approval_status != 'approved'))"),
    ('submitted', 2, "(submitted_at is not null and coalesce(submitted_at != submitted_before, true))"
        ~ " or (submitted_at is null and approval_status = 'submitted'"
        ~ " and status_before != 'submitted')"),
    ('rejected', 3, "approval_status = 'rejected' and status_before != 'rejected'"),
    ('approved', 4, "approval_status = 'approved'"
        ~ " and (status_before != 'approved' or is_changed)")
] %}

with

found as (

    {% for event, order_in_version, condition in events %}
        select
            entry_id,
            source_system,
            source_version,
            '{{ event }}' as event,  -- noqa: RF04
            {{ order_in_version }} as order_in_version,
            {% if event == 'approved' %}
                case
                    when approved_at is null then observed_at
                    when was_approved then greatest(approved_at, observed_at)
                    else approved_at
                end as event_at,
                approved_at is not null and not was_approved as is_stated,
                approver_source_id as actor_source_id,
            {% else %}
                {{ 'coalesce(submitted_at, observed_at)' if event == 'submitted' else
                    'observed_at' }} as event_at,
                false as is_stated,
                cast(null as varchar) as actor_source_id,
            {% endif %}
            known_at
        from {{ ref('int_entry_states') }}
        where {{ condition }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    *,
    row_number() over (partition by entry_id, event order by source_version) as occurrence
from found
