{# the views in force; I1 alone brings the components of its right side #}
{% set identities = [
    ('I1', ref('int_identity_i01')),
    ('I2', ref('int_identity_i02')),
    ('I3', ref('int_identity_i03')),
    ('I4', ref('int_identity_i04')),
    ('I5', ref('int_identity_i05')),
    ('I6', ref('int_identity_i06')),
    ('I7', ref('int_identity_i07')),
    ('I8', ref('int_identity_i08')),
    ('I9', ref('int_identity_i09')),
    ('I10', ref('int_identity_i10')),
    ('I11', ref('int_identity_i11')),
    ('I12', ref('int_identity_i12')),
    ('I13', ref('int_identity_i13')),
    ('I14', ref('int_identity_i14')),
    ('I15', ref('int_identity_i15')),
    ('I16', ref('int_identity_i16'))
] %}
{% set components = [
    'approved', 'posted', 'approved_not_posted', 'to_post', 'to_reverse', 'orphan',
    'duplicate_excess', 'tolerance'
] %}
{# identity, and what it says in words #}
{% set names = [
    ('I1', 'approved - posted, explained'),
    ('I2', 'roll-forward of approved-not-posted'),
    ('I3', 'ERP lines of a period by work period'),
    ('I4', 'controlled accounts of the general ledger'),
    ('I5', 'roll-forward of work in progress'),
    ('I6', 'partition of the billable value'),
    ('I7', 'invoices: lines to payable'),
    ('I8', 'caps and retainers'),
    ('I9', 'expenses and their tax'),
    ('I10', 'conservation of hours'),
    ('I11', 'debit equals credit'),
    ('I12', 'reversals cancel their originals'),
    ('I13', 'control totals of posting batches'),
    ('I14', 'earlier reports recomputed'),
    ('I15', 'payroll, cost, bill and reimbursement sinks'),
    ('I16', 'sums of the segments')
] %}

with

rows_of_identities as (

    {% for identity, view in identities %}
        select
            identity_id,
            legal_entity_id,
            accounting_period_id,
            measure,
            currency_code,
            {% for component in components %}
                {{ component ~ '_amount' if identity == 'I1' else 'cast(null as decimal(18, 4))' }}
                    as {{ component }}_amount,
            {% endfor %}
            left_amount,
            right_amount
        from {{ view }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

compared as (

    select
        *,
        identity_id || ':' || legal_entity_id || ':' || accounting_period_id || ':' || measure
        || ':' || currency_code as tie_out_identity_id,
        -- a side that is missing ties with nothing
        coalesce(left_amount = right_amount, false) as is_tied
    from rows_of_identities

)

select
    compared.tie_out_identity_id,
    compared.identity_id,
    case compared.identity_id
        {% for identity, name in names %}
            when '{{ identity }}' then '{{ name }}'
        {% endfor %}
    end as identity_name,
    compared.legal_entity_id,
    compared.accounting_period_id,
    compared.measure,
    compared.currency_code,
    {% for component in components %}
        compared.{{ component }}_amount,
    {% endfor %}
    compared.left_amount,
    compared.right_amount,
    cast(compared.left_amount - compared.right_amount as decimal(18, 4)) as difference,
    compared.is_tied,
    reasons.reason_code,
    reasons.owner_role,
    {{ as_of() }} as as_of_at,
    {{ exception_id(
        'reasons.stage',
        "case compared.identity_id when 'I1' then '' else compared.identity_id || ':' end"
        ~ " || compared.legal_entity_id || ':' || compared.accounting_period_id || ':'"
        ~ " || compared.measure || ':' || compared.currency_code",
        'reasons.reason_code'
    ) }} as exception_id
from compared
left join {{ ref('dim_reasons') }} as reasons
    on not compared.is_tied and reasons.reason_code = 'IDENTITY_BROKEN'
