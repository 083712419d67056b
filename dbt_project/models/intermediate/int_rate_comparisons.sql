{# leg, where the rates stand, and what the currency is when the source states none #}
{% set legs = [
    ('bill', 'entries.is_billable', 'entries.project_currency_code'),
    ('cost', 'true', 'entries.functional_currency_code')
] %}
-- Newest approved time beside the card that could price it: the entry's own rate, the card's, and
-- what the card said before it was last changed.
{% for leg, is_priced, default_currency in legs %}
    select
        entries.entry_id,
        '{{ leg }}' as leg,
        entries.hours,
        entries.source_{{ leg }}_rate as own_rate,
        case
            when entries.source_{{ leg }}_rate is not null
                then coalesce(entries.source_{{ leg }}_currency_code, {{ default_currency }})
        end as own_currency_code,
        entries.card_{{ leg }}_rate as card_rate,
        entries.card_{{ leg }}_currency_code as card_currency_code,
        entries.{{ leg }}_rate_source not in ('entry', 'vendor_bill', 'cost_plus')
            as is_card_in_force,
        rates.rate_id,
        rates.earlier_rate,
        rates.known_at as rate_known_at
    from {{ ref('int_entries_rated') }} as entries
    inner join {{ ref('dim_rates') }} as rates on entries.{{ leg }}_rate_id = rates.rate_id
    where
        entries.is_newest
        and entries.is_effective
        and {{ is_priced }}
        and entries.{{ leg }}_rate_source is not null
    {{ 'union all' if not loop.last }}
{% endfor %}
