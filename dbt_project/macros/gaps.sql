{# Approved and posted amounts of an entry, one below the other, for each leg and dimension: without a
   join nothing can be dropped. Reads the relations of entries and of posting shares, of the entries
   whose ids a relation names. #}
{% macro gap_movements(entries, shares, dimensions, entry_ids) %}
    {# leg, its amount, its currency, and when a row has a say in that currency #}
    {% set legs = [
        ('cost', 'cost_amount_functional', 'functional_currency_code',
            'cost_amount_functional != 0 or functional_currency_code is not null'),
        ('bill', 'bill_amount_contract', 'contract_currency_code', 'bill_amount_contract != 0')
    ] %}
    {% for leg, amount, currency, has_say in legs %}
        select
            entry_id,
            '{{ leg }}' as leg,
            {% for column, posted in dimensions %}
                {{ 'accounting_period_id as ' if column == 'work_period_id' }}{{ column }},
            {% endfor %}
            case when {{ has_say }} then coalesce({{ currency }}, 'unknown') end as currency_code,
            hours as approved_hours,
            coalesce({{ amount }}, 0) as approved_amount,
            cast(0 as decimal(18, 4)) as posted_hours,
            cast(0 as decimal(18, 4)) as posted_amount
        from {{ entries }}
        where is_effective and entry_id in (select {{ entry_ids }}.entry_id from {{ entry_ids }})
        union all
        select
            entry_id,
            '{{ leg }}' as leg,
            {% for column, posted in dimensions %}
                {{ posted }} as {{ column }},
            {% endfor %}
            case when {{ has_say }} then coalesce({{ currency }}, 'unknown') end as currency_code,
            cast(0 as decimal(18, 4)) as approved_hours,
            cast(0 as decimal(18, 4)) as approved_amount,
            hours as posted_hours,
            coalesce({{ amount }}, 0) as posted_amount
        from {{ shares }}
        where entry_id in (select {{ entry_ids }}.entry_id from {{ entry_ids }})
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endmacro %}

{# Posted entries that have several shares, or one that does not say the same: of all others the
   movements cancel out, and they are most. #}
{% macro entries_unlike_their_shares(entries, shares, dimensions) %}
    select shares.entry_id
    from {{ shares }} as shares
    left join {{ entries }} as entries on shares.entry_id = entries.entry_id
    group by shares.entry_id
    having
        count(*) > 1
        or bool_and(
            entries.is_effective
            and entries.hours = shares.hours
            {% for column in [
                'cost_amount_functional', 'bill_amount_contract', 'functional_currency_code',
                'contract_currency_code'
            ] %}
                and entries.{{ column }} is not distinct from shares.{{ column }}
            {% endfor %}
            {% for column, posted in dimensions %}
                {% set stated = 'accounting_period_id' if column == 'work_period_id' else column %}
                and entries.{{ stated }} is not distinct from shares.{{ posted }}
            {% endfor %}
        ) is not true
{% endmacro %}
