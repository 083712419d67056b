{# What several performance figures share: ranks of weighted values, weeks, policies. #}

{# True from the first item on at which the items up to here weigh `percent` of the whole. The
   smallest value for which it holds is the weighted percentile: no interpolation, no division. #}
{% macro reaches_percentile(cumulative_weight, total_weight, percent) -%}
    {{ multiply(cumulative_weight, 100, 4, 0) }} >= {{ multiply(total_weight, percent, 4, 0) }}
{%- endmacro %}

{# Monday of the week of a date. #}
{% macro week_start(day) -%}
    {{ add_days(day, "-mod(" ~ days_between("cast('1970-01-05' as date)", day) ~ ", 7)") }}
{%- endmacro %}

{# A whole number from the firm's policies, or what applies without one. #}
{% macro policy_number(policy, otherwise) -%}
    coalesce((
        select max(cast(policies.policy_value as integer))
        from {{ ref('dim_policies') }} as policies
        where policies.policy = '{{ policy }}'
    ), {{ otherwise }})
{%- endmacro %}

{# True when the work itself is charged: billable, and billed neither at a fixed price nor out of a
   retainer. `entry` and `project` are the aliases of fct_entries and dim_projects. #}
{% macro is_billed_by_the_hour(entry, project) -%}
    (
        coalesce({{ entry }}.is_billable, false)
        and {{ entry }}.bill_amount_contract != 0
        and (
            coalesce({{ project }}.billing_model, {{ entry }}.billing_model, '')
            not in ('fixed_fee', 'retainer', 'internal')
            or {{ entry }}.entry_type = 'expense'
        )
    )
{%- endmacro %}

{# A ratio of two amounts or hours, as decimal(18, 6); null when the denominator is zero. #}
{% macro ratio_of(numerator, denominator) -%}
    cast({{ money_div(numerator, denominator, 6, 4, 4) }} as decimal(18, 6))
{%- endmacro %}

{# How many Mondays to Fridays lie before a date, counted from 1970-01-05. #}
{% macro weekday_number(day) -%}
    {%- set days = days_between("cast('1970-01-05' as date)", day) -%}
    (cast(({{ days }} - mod({{ days }}, 7)) * 5 / 7 as integer) + least(mod({{ days }}, 7), 5))
{%- endmacro %}

{# Mondays to Fridays from one date to another, both included; 0 when the second lies earlier. #}
{% macro weekdays_within(first_day, last_day) -%}
    greatest({{ weekday_number(add_days(last_day, 1)) }} - {{ weekday_number(first_day) }}, 0)
{%- endmacro %}

{# Components of billing leakage: component, whether it has happened, its table, which rows, amount,
   period. A rate leak is billed below the contract's rate; the others are written down, over a cap,
   or not billed in time. #}
{% macro leakage_components() %}
    {% set expired = "('CONTRACT_EXPIRED', 'PURCHASE_ORDER_EXPIRED')" %}
    {% set components = [
        ('write_down', 'realised', 'fct_billing_adjustments',
            "adjustment_kind in ('write_off', 'write_down')", 'adjusted_amount_contract',
            month_id('decided_on')),
        ('rate_leak', 'realised', 'rate_leaks', 'leaked_amount > 0', 'leaked_amount',
            'accounting_period_id'),
        ('over_cap', 'potential', 'rec_posted_not_billed', "billing_status = 'over_cap'",
            'over_cap_amount_contract', 'work_period_id'),
        ('expired_unbilled', 'potential', 'rec_posted_not_billed',
            "billing_status != 'over_cap' and reason_code in " ~ expired, 'remaining_amount_contract',
            'work_period_id'),
        ('unrebilled_expense', 'potential', 'rec_posted_not_billed',
            "billing_status != 'over_cap' and entry_type = 'expense' and coalesce(reason_code, '') not in "
            ~ expired ~ " and aging_days > " ~ policy_number('first_pass_maturity_days', 45),
            'remaining_amount_contract', 'work_period_id')
    ] %}
    {{ return(components) }}
{% endmacro %}
