{# step, its amount, its currency, its exact value, and which rows take it #}
{% set steps = [
    ('line_cost', 'cost_amount_functional', 'functional_currency_code',
        multiply('hours', 'cost_rate'), 'cost_rate is not null'
        ~ " and coalesce(cost_currency_code, functional_currency_code) = functional_currency_code"),
    ('line_bill', 'bill_amount_contract', 'contract_currency_code',
        multiply('hours', 'bill_rate'), 'is_billable and bill_rate is not null'),
    ('functional', 'bill_amount_functional', 'functional_currency_code',
        multiply('bill_amount_contract', 'fx_rate_contract_to_functional', 4, 10),
        'contract_currency_code != functional_currency_code'
        ~ ' and fx_rate_contract_to_functional is not null'),
    ('reporting', 'bill_amount_reporting', 'reporting_currency_code',
        multiply('bill_amount_functional', 'fx_rate_functional_to_reporting', 4, 10),
        'functional_currency_code != reporting_currency_code'
        ~ ' and contract_currency_code != reporting_currency_code'
        ~ ' and fx_rate_functional_to_reporting is not null')
] %}
-- What rounding once per line leaves at each named step, and whose it is. Each line is off by half
-- a minor unit at most, so their sum is within n halves; a sum beyond that is a fault.
with

rounded as (

    {% for step, amount, currency, exact, applies in steps %}
        select
            legal_entity_id,
            accounting_period_id,
            '{{ step }}' as rounding_step,
            {{ currency }} as currency_code,
            count(*) as line_count,
            sum({{ amount }}) as rounded_amount,
            cast(sum({{ exact }}) as decimal(38, 14)) as exact_amount
        from {{ ref('fct_entries') }}
        where is_effective and {{ applies }}
        group by legal_entity_id, accounting_period_id, {{ currency }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

measured as (

    select
        *,
        cast(rounded_amount - exact_amount as decimal(38, 14)) as residue,
        cast(line_count as decimal(18, 0)) * case {{ minor_units('currency_code') }}
            when 0 then cast(0.5 as decimal(5, 4))
            when 3 then cast(0.0005 as decimal(5, 4))
            else cast(0.005 as decimal(5, 4))
        end as residue_limit
    from rounded

),

judged as (

    select
        *,
        abs(residue) <= residue_limit as is_within_limit,
        case
            when abs(residue) > residue_limit then 'AMOUNT_MISMATCH'
            when residue != 0 then 'ROUNDING_RESIDUE'
        end as residue_reason_code
    from measured

)

select
    {{ surrogate_key([
        'judged.legal_entity_id', 'judged.accounting_period_id', 'judged.rounding_step',
        'judged.currency_code'
    ]) }} as rounding_residue_id,
    judged.legal_entity_id,
    judged.accounting_period_id,
    judged.rounding_step,
    judged.currency_code,
    judged.line_count,
    cast(judged.rounded_amount as decimal(18, 4)) as rounded_amount,
    cast(round(judged.residue, 4) as decimal(18, 4)) as residue_amount,
    cast(judged.residue_limit as decimal(18, 4)) as limit_amount,
    judged.is_within_limit,
    {{ as_of() }} as as_of_at,
    judged.residue_reason_code as reason_code,
    reasons.owner_role
from judged
left join {{ ref('dim_reasons') }} as reasons on judged.residue_reason_code = reasons.reason_code
