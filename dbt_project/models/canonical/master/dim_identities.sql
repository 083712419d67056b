{% for kind in ['worker', 'client', 'project'] %}
    select
        '{{ kind }}:' || identity_id as identity_key,
        '{{ kind }}' as entity_kind,
        source_system,
        source_{{ kind }}_id as source_id,
        {{ kind }}_id as canonical_id,
        match_method,
        is_active
    from {{ ref('dim_' ~ kind ~ '_identities') }}
    union all
{% endfor %}
select
    'task:' || source_system || ':' || source_task_key as identity_key,
    'task' as entity_kind,
    source_system,
    source_task_key as source_id,
    task_id as canonical_id,
    match_method,
    -- below an unmatched project its tasks are no differences of their own
    is_active and project_id is not null as is_active
from {{ ref('int_tasks_resolved') }}
