{# Tables and views of DuckDB, replaced in place within one transaction.

   dbt-duckdb builds under a second name, renames the old relation away, renames the new one in and
   drops the old: eight statements a model. Nobody reads the warehouse while it is built (one
   writer; people read the published copy) and a failed statement rolls back, so two are enough:
   a build of four hundred models takes about half the time. #}

{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do drop_other(load_cached_relation(this)) %}
    {% call statement('main') -%}
        {{ create_table_as(False, target, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb', supported_languages=['sql'] %}
    {%- set target = this.incorporate(type='view') -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if existing is not none and not existing.is_view %}{% do drop_other(existing) %}{% endif %}
    {% call statement('main') -%}
        create or replace view {{ target }} as (
            {{ compiled_code }}
        );
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# Drop what stands in the way, in the transaction that builds its successor. #}
{% macro drop_other(existing) %}
    {% if existing is not none %}
        {% call statement('drop_existing', auto_begin=true) -%}
            drop {{ existing.type }} if exists {{ existing }} cascade
        {%- endcall %}
    {% endif %}
{% endmacro %}
