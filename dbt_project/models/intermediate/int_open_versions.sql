-- Legs of effective entry versions that no line names, where a line without an entry may meet them.
with

erp_lines as (

    select * from {{ ref('int_erp_lines_ranked') }}

),

manifests as (

    select * from {{ ref('int_posting_manifests') }}

),

scopes as (

    select distinct
        legal_entity_id,
        project_id
    from {{ ref('int_open_lines') }}

),

posted as (

    select
        entry_id,
        leg,
        bill_amount_contract
    from erp_lines
    where entry_id is not null and orphan_class is null
    union all
    select
        manifests.entry_id,
        erp_lines.leg,
        erp_lines.bill_amount_contract
    from erp_lines
    inner join manifests on erp_lines.manifest_key = manifests.manifest_key

),

posted_legs as (

    select distinct
        entry_id,
        'cost' as leg
    from posted
    where leg != 'bill'
    union all
    select distinct
        entry_id,
        'bill' as leg
    from posted
    where leg = 'bill' or bill_amount_contract != 0

),

legs as (

    {% for leg, filter in [('cost', 'true'), ('bill', 'versions.bill_amount_contract != 0')] %}
        select
            versions.*,
            '{{ leg }}' as leg
        from {{ ref('int_priced_versions') }} as versions
        inner join scopes
            on
                versions.legal_entity_id = scopes.legal_entity_id
                and versions.project_id = scopes.project_id
        where versions.is_effective and {{ filter }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    legs.*,  -- noqa: AM04
    {{ match_keys('legs', 'legs.accounting_period_id', 'false', 'false') }}
from legs
left join posted_legs on legs.entry_id = posted_legs.entry_id and legs.leg = posted_legs.leg
where posted_legs.entry_id is null
