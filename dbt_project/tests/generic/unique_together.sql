{# No two rows share these columns; nulls count as equal. No row lacks one of the columns in
   `not_null`: one question for a whole key, where a question per column would take a query each. #}
{% test unique_together(model, columns, not_null=[]) %}
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in not_null %}
        or count({{ column }}) < count(*)
    {%- endfor %}
{% endtest %}
