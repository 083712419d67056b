{# Every row satisfies the expression; a null result is a failure. #}
{% test expression_holds(model, expression) %}
select *
from {{ model }}
where not coalesce({{ expression }}, false)
{% endtest %}
