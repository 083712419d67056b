{# Billing: which ERP line stands for an entry, and the movements of a retainer. #}

{# The matched lines of each entry, ranked: rank 1 is what bills it, the newest version that no
   reversal took back; an entry reversed altogether is still known by its last line. #}
{% macro ranked_entry_lines(relation) -%}
    select
        *,
        row_number() over (
            partition by entry_id
            order by
                case when is_reversed then 2 else 1 end asc,
                case when bill_amount_contract != 0 then 1 else 2 end asc,
                source_version desc nulls last,
                posting_line_id asc
        ) as entry_line_rank
    from {{ relation }}
    where line_class = 'matched' and not is_reversal
{%- endmacro %}

{# The amount of a retainer's movement when it is of this kind, else 0. #}
{% macro amount_of_kind(kind) -%}
    case when movement_kind = '{{ kind }}' then movement_amount_contract else 0 end
{%- endmacro %}

{# amount * part / whole, rounded once, half away from zero, to the minor unit of the currency. #}
{% macro proportional_amount(amount, part, whole, currency_code) -%}
    {%- set product = multiply(amount, part, 4, 4) -%}
    case
        when {{ currency_code }} in ({{ currencies_without_minor_unit() }})
            then cast({{ money_div(product, whole, 0, 8, 4) }} as decimal(18, 4))
        when {{ currency_code }} in ({{ currencies_with_three_decimals() }})
            then cast({{ money_div(product, whole, 3, 8, 4) }} as decimal(18, 4))
        else cast({{ money_div(product, whole, 2, 8, 4) }} as decimal(18, 4))
    end
{%- endmacro %}

{# The part of an amount that fits into `room` after what came before it, never below 0. #}
{% macro admitted_part(amount, room) -%}
    greatest(least({{ amount }}, {{ room }}), 0)
{%- endmacro %}

{# That many percent of an amount, rounded to the minor unit of the currency. #}
{% macro percent_of(amount, percent, currency_code) -%}
    {{ round_to_currency(
        multiply(multiply(amount, percent, 4, 6), '0.01', 10, 2), currency_code
    ) }}
{%- endmacro %}

{# In the order of the work, up to and with this item. #}
{% macro in_order_of_work() -%}
    order by work_date asc nulls last, entry_id asc nulls last, posting_line_id asc
            rows between unbounded preceding and current row
{%- endmacro %}
