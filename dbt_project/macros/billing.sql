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
    where line_class = 'matched' and not is_reversal and entry_id is not null
{%- endmacro %}

{# The amount of a retainer's movement when it is of this kind, else 0. #}
{% macro amount_of_kind(kind) -%}
    case when movement_kind = '{{ kind }}' then movement_amount_contract else 0 end
{%- endmacro %}
