{# A key that matches nothing unless the condition on its own side holds. As a part of the join's
   condition it would make an outer join compare every row with every row. #}
{% macro key_when(condition, key) -%}
    case when {{ condition }} then {{ key }} end
{%- endmacro %}
