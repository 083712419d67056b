{# Building our posting keys in SQL, exactly as `tieout.domain.keys` builds them in Python. #}

{# Percent-escape the separator and the escape sign, nothing else. #}
{% macro escape_key_part(part) -%}
    replace(replace({{ part }}, '%', '%25'), ':', '%3A')
{%- endmacro %}

{# The key of one leg of one version of one source entry at one target. #}
{% macro build_posting_key(
    firm_id, target, source_system, source_record_id, source_version, leg
) -%}
    {{ escape_key_part(firm_id) }} || ':' || {{ escape_key_part(target) }} || ':'
    || {{ escape_key_part(source_system) }} || ':' || {{ escape_key_part(source_record_id) }}
    || ':v' || cast({{ source_version }} as varchar) || ':' || {{ leg }}
{%- endmacro %}

{# The leg with the number of the posting of one version: `cost`, and `cost.2` for the second. #}
{% macro posting_leg(leg, posting_round) -%}
    '{{ leg }}' || case
        when {{ posting_round }} > 1 then '.' || cast({{ posting_round }} as varchar) else ''
    end
{%- endmacro %}

{# A version and the number of its posting as people read it: `v7`, `v7.2`. #}
{% macro version_label(source_version, posting_round) -%}
    'v' || cast({{ source_version }} as varchar)
    || case
        when {{ posting_round }} > 1 then '.' || cast({{ posting_round }} as varchar) else ''
    end
{%- endmacro %}

{# The columns of a posting line, in the order of `tieout.posting.columns.POSTING_COLUMNS`, without
   the names that `pst_time_postings` and `pst_expense_postings` add. #}
{% macro posting_columns() -%}
    {{ return([
        'posting_key', 'target', 'leg', 'period_id', 'entry_id', 'entry_type', 'source_system',
        'source_record_id', 'source_version', 'correlation_id', 'legal_entity_id',
        'accounting_date', 'accounting_period_id', 'is_late', 'work_date', 'worker_id',
        'erp_worker_id', 'client_id', 'project_id', 'erp_project_id', 'task_name', 'hours',
        'is_billable', 'cost_rate', 'cost_amount_functional', 'functional_currency_code',
        'bill_rate', 'bill_amount_contract', 'contract_currency_code', 'bill_amount_functional',
        'fx_rate_contract_to_functional', 'debit_account_code', 'credit_account_code',
        'wip_account_code', 'accrued_revenue_account_code', 'approved_at', 'approval_status',
        'memo', 'reverses_posting_key', 'correction_group_id', 'correction_kind'
    ]) }}
{%- endmacro %}
