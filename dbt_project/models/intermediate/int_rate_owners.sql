{# leg, and the field of the worker that may state it #}
{% set legs = [('bill', 'bill_rate'), ('cost', 'cost_rate')] %}

with

ranked as (

    {% for leg, field in legs %}
        select
            entities.legal_entity_id,
            '{{ leg }}' as leg,
            owners.source_system,
            row_number() over (
                partition by entities.legal_entity_id
                order by
                    case when owners.field is null then 1 else 0 end asc,
                    case when owners.legal_entity_id is null then 1 else 0 end asc,
                    owners.source_system asc
            ) as owner_rank
        from {{ ref('dim_legal_entities') }} as entities
        inner join {{ ref('int_owners') }} as owners
            on
                coalesce(owners.legal_entity_id, entities.legal_entity_id)
                = entities.legal_entity_id
                and coalesce(owners.valid_from <= cast({{ as_of() }} as date), true)
                and coalesce(owners.valid_to >= cast({{ as_of() }} as date), true)
                and (
                    (owners.entity = 'worker' and owners.field = '{{ field }}')
                    or (owners.entity = 'rate' and owners.field = '{{ field }}')
                    or (owners.entity = 'rate' and owners.field is null)
                )
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    legal_entity_id,
    leg,
    source_system
from ranked
where owner_rank = 1
