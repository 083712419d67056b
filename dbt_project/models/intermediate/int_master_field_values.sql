{% set fields = {
    'worker': [
        'worker_name', 'email', 'worker_type', 'legal_entity_id', 'employment_status',
        'hired_date', 'terminated_date', 'job_title', 'labour_category', 'cost_center_code',
        'service_line_code', 'region_code', 'weekly_capacity_hours', 'cost_rate', 'skills'
    ],
    'client': [
        'client_name', 'currency_code', 'tax_jurisdiction_code', 'tax_registration',
        'payment_terms_days', 'legal_entity_id'
    ],
    'project': [
        'project_name', 'client_id', 'legal_entity_id', 'billing_model',
        'contract_currency_code', 'cap_amount_contract', 'is_billable', 'start_date', 'end_date',
        'source_contract_id', 'service_line_code', 'region_code', 'cost_center_code',
        'billing_code', 'budget_amount_contract', 'budget_hours'
    ]
} %}

with

client_identities as (

    select * from {{ ref('dim_client_identities') }}

),

{% for kind in fields %}
    {{ kind }}s as (

        select
            identities.{{ kind }}_id as canonical_id,
            {{ 'client_identities.client_id,' if kind == 'project' }}
            ids.*
        from {{ ref('int_' ~ kind ~ '_ids') }} as ids
        inner join {{ ref('dim_' ~ kind ~ '_identities') }} as identities
            on
                ids.source_system = identities.source_system
                and ids.source_{{ kind }}_id = identities.source_{{ kind }}_id
        {% if kind == 'project' %}
            left join client_identities
                on
                    ids.source_system = client_identities.source_system
                    and ids.source_client_id = client_identities.source_client_id
        {% endif %}
        where identities.{{ kind }}_id is not null and ids.is_listed

    ){{ ',' if not loop.last }}
{% endfor %}

{% for kind, names in fields.items() %}
    {% set last_kind = loop.last %}
    {% for name in names %}
        select
            '{{ kind }}' as entity_kind,
            canonical_id,
            source_system,
            source_{{ kind }}_id as source_id,
            is_owned and owner_rank = 1 as is_owner_record,
            is_active,
            '{{ name }}' as field,
            {% if name == 'project_name' %}
                -- a system that names a project by its code has no name for it
                nullif(project_name, project_code) as field_value,
                {{ name_key('nullif(project_name, project_code)') }} as field_key
            {% elif name.endswith('_name') or name in ['job_title', 'skills'] %}
                cast({{ name }} as varchar) as field_value,
                {{ name_key(name) }} as field_key
            {% elif name == 'billing_model' %}
                billing_model as field_value,
                case
                    when billing_model in ('capped', 'retainer') then 'time_and_materials'
                    else billing_model
                end as field_key
            {% else %}
                cast({{ name }} as varchar) as field_value,
                cast({{ name }} as varchar) as field_key
            {% endif %}
        from {{ kind }}s
        {{ 'union all' if not (last_kind and loop.last) }}
    {% endfor %}
{% endfor %}
