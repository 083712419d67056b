{% set names = {
    'worker_id': 'workers.worker_name',
    'project_id': 'coalesce(projects.project_code, projects.project_id) as project_code'
} %}
with

lines as (

    select {{ posting_columns() | join(', ') }} from {{ ref('pst_candidates') }}
    union all
    select {{ posting_columns() | join(', ') }} from {{ ref('pst_reversals') }}

)

select
{% for column in posting_columns() %}
        lines.{{ column }}{{ ',' if not loop.last }}
        {% if column in names %} {{ names[column] }}, {% endif %}
{% endfor %}
from lines
left join {{ ref('dim_workers') }} as workers on lines.worker_id = workers.worker_id
left join {{ ref('dim_projects') }} as projects on lines.project_id = projects.project_id
where lines.entry_type = 'time'
