{# What a vendor's systems can tell, where a rule depends on it. #}

{# Vendors that bring files only: no calendar, no master data of their own to check against. #}
{% macro file_vendors() -%}
    'csv_folder', 'csv_tables', 'legacy_files'
{%- endmacro %}

{# ERPs that account for time by themselves, so that posting time needs no account from us. #}
{% macro vendors_accounting_for_time() -%}
    'netsuite', 'csv_folder', 'csv_tables'
{%- endmacro %}

{# The contract currency of a CSV folder, by its format (columns *_usd). #}
{% macro csv_contract_currency() -%}
    'USD'
{%- endmacro %}
