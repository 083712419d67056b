{# level, and what a rate of it is about, most specific first #}
{% set levels = [
    ('assignment', 'worker_id'), ('contract_line_role', 'contract_line_id'),
    ('contract_role', 'contract_id'), ('client_card', 'client_id'),
    ('entity_card', 'legal_entity_id')
] %}
{% set qualifiers = [
    'worker_id', 'project_id', 'contract_line_id', 'contract_id', 'client_id', 'legal_entity_id',
    'labour_category'
] %}
-- Within a level a named worker comes first, then a named role. Where a firm names the record of
-- rates, other systems' cards hold nothing. The standard is its own card, else what single roles
-- are billed at.
with

matched as (

    {% for level, subject in levels %}
        select
            rate_keys.rate_key,
            rate_keys.legal_entity_id as key_entity_id,
            rates.rate_id,
            rates.rate_kind,
            rates.rate_level,
            rates.currency_code,
            rates.rate,
            rates.is_blended,
            rates.valid_from,
            rates.valid_to,
            rates.source_system,
            {{ loop.index0 * 4 }}
            + case when rates.worker_id is null then 2 else 0 end
            + case when rates.labour_category is null then 1 else 0 end as specificity
        from {{ ref('int_rate_keys') }} as rate_keys
        inner join {{ ref('dim_rates') }} as rates
            on
                rate_keys.{{ subject }} = rates.{{ subject }}
                {% for qualifier in qualifiers if qualifier != subject %}
                    and coalesce(
                        rates.{{ qualifier }} = rate_keys.{{ qualifier }},
                        rates.{{ qualifier }} is null
                    )
                {% endfor %}
        where rates.rate_level = '{{ level }}' and rates.is_usable
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

legs as (

    select
        matched.*,
        matched.rate_kind as leg
    from matched
    union all
    select
        matched.*,
        'fallback' as leg
    from matched
    where matched.rate_kind = 'bill' and not matched.is_blended

)

select
    legs.rate_key,
    case legs.leg when 'fallback' then 'standard' else legs.leg end as leg,
    legs.rate_id,
    legs.rate_level,
    legs.currency_code,
    legs.rate,
    legs.is_blended,
    legs.valid_from,
    legs.valid_to,
    legs.specificity + case legs.leg when 'fallback' then 100 else 0 end as specificity
from legs
left join {{ ref('int_rate_owners') }} as owners
    on
        legs.key_entity_id = owners.legal_entity_id
        and case legs.leg when 'cost' then 'cost' else 'bill' end = owners.leg
where coalesce(owners.source_system = legs.source_system, true)
