-- Every change of approved-not-posted since ever, from the histories of entries and ERP lines. At
-- one instant the entry changes first and is posted then.
{% set measures = [
    ('hours', 'hours', "'none'"),
    ('cost', 'cost_amount_functional', 'versions.functional_currency_code'),
    ('bill', 'bill_amount_contract', 'versions.contract_currency_code')
] %}
{# movement, the version it moves, its sign, when it happens #}
{% set steps = [
    ('edits', 'version_before', '-', 'is_open_before and is_open_between'),
    ('edits', 'version_after', '', 'is_open_before and is_open_between'),
    ('withdrawals', 'version_before', '-', 'is_open_before and not is_open_between'),
    ('first_approvals', 'version_after', '', 'is_open_between and not was_effective'),
    ('re_approvals', 'version_after', '',
        'is_open_between and not is_open_before and was_effective'),
    ('first_posts', 'version_after', '-', 'is_open_between and not is_open_after'),
    ('lost_posts', 'version_after', '', 'is_open_after and not is_open_between')
] %}

with

versions as (

    select * from {{ ref('fct_entry_versions') }}

),

changes as (

    select
        *,
        is_effective_before and not is_posted_before as is_open_before,
        is_effective_after and not is_posted_before as is_open_between,
        is_effective_after and not is_posted_after as is_open_after
    from {{ ref('rec_entry_histories') }}

),

steps as (

    {% for movement, version, sign, condition in steps %}
        select
            entry_id,
            known_at,
            {{ version }} as source_version,
            '{{ movement }}' as movement,
            {{ 'true' if sign else 'false' }} as is_negative
        from changes
        where
            {{ condition }}
            {% if movement == 'edits' %}and version_before != version_after{% endif %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

amounts as (

    {% for measure, column, currency in measures %}
        select
            steps.entry_id,
            steps.known_at,
            steps.source_version,
            steps.movement,
            coalesce(versions.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
            '{{ measure }}' as measure,
            {{ currency if measure == 'hours' else "coalesce(" ~ currency ~ ", 'unknown')" }}
                as currency_code,
            case when steps.is_negative then -versions.{{ column }} else versions.{{ column }} end
                as amount
        from steps
        inner join versions
            on
                steps.entry_id = versions.entry_id
                and steps.source_version = versions.source_version
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    {{ surrogate_key(['entry_id', 'known_at', 'source_version', 'movement', 'measure']) }}
        as movement_id,
    entry_id as item_id,
    source_version as item_version,
    legal_entity_id,
    measure,
    currency_code,
    movement,
    cast(amount as decimal(18, 4)) as amount,
    known_at,
    {{ as_of() }} as as_of_at
from amounts
where amount != 0
