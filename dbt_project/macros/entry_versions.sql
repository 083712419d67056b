{# The versions of entries known at K, one row each: of two readings of one version the later one
   speaks. All windows share one order, newest version first, so that one sort serves them all. #}
{% macro entry_versions(relation, effective) -%}
    {%- set newest_first -%}
        partition by source_system, source_record_id
        order by source_version desc nulls last, known_at desc
    {%- endset -%}
    {%- set whole -%}
        {{ newest_first }} rows between unbounded preceding and unbounded following
    {%- endset -%}
    with

    readings as (

        select
            *,
            row_number() over ({{ newest_first }}) as version_rank,
            lag(source_version) over ({{ newest_first }}) as newer_source_version,
            min(
                case when approval_status = 'approved' and not is_deleted then known_at end
            ) over ({{ whole }}) as first_approved_known_at,
            count(*) over ({{ whole }}) as version_count,
            min(known_at) over (
                {{ newest_first }} rows between unbounded preceding and 1 preceding
            ) as version_known_to,
            coalesce(max(case when {{ effective }} then 1 else 0 end) over (
                {{ newest_first }} rows between 1 following and unbounded following
            ), 0) = 1 as was_effective_before
        from {{ relation }}
        where known_at <= {{ as_of() }}

    )

    select
        *,  -- noqa: AM04
        known_at as version_known_from,
        coalesce(({{ effective }}) and not was_effective_before, false) as is_first_effective
    from readings
    where newer_source_version is null or newer_source_version != source_version
{%- endmacro %}
