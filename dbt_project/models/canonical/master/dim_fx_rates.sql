-- One pair, kind and day may have several records; the last version speaks. A firm that names the
-- record of exchange rates uses it in every ledger; else an ERP's own table holds there.
with

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, from_currency_code, to_currency_code, rate_type, rate_date
            order by source_version desc nulls last, source_rate_id asc
        ) as record_rank
    from {{ ref('int_fx_rates_known') }}
    where version_rank = 1 and not is_deleted

),

owners as (

    select distinct source_system from {{ ref('int_owners') }}
    where
        entity = 'fx_rate'
        and field is null
        and coalesce(valid_from <= cast({{ as_of() }} as date), true)
        and coalesce(valid_to >= cast({{ as_of() }} as date), true)

),

erps as (

    select distinct source_system from {{ ref('stg_tieout__system_roles') }}
    where role = 'erp'

),

readers as (

    select
        erps.source_system as erp_system,
        owners.source_system
    from erps
    cross join owners
    union all
    select distinct
        ranked.source_system as erp_system,
        ranked.source_system
    from ranked
    where not exists (select 1 from owners)

)

select
    readers.erp_system || ':' || ranked.from_currency_code || ':' || ranked.to_currency_code
    || ':' || ranked.rate_type || ':' || cast(ranked.rate_date as varchar) as fx_rate_id,
    readers.erp_system,
    ranked.source_system,
    ranked.from_currency_code,
    ranked.to_currency_code,
    ranked.rate_date,
    ranked.fx_rate,
    ranked.rate_type,
    ranked.known_at
from ranked
inner join readers on ranked.source_system = readers.source_system
where ranked.record_rank = 1
