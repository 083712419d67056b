-- Our keys in the dialect of the files: `p:<entry>:<version>`, `r:` before the key of the line
-- that is reversed, `#…` behind a key posted again. Anything else is a foreign id.
{% set key_pattern = '^(r:)?(p:(.+):([0-9]{1,18}))(#.*)?$' %}
with

source as (

    select
        *,
        row_number() over (
            partition by source_system, id
            order by version asc
        ) as reading_number
    from {{ source('csv_folder', 'erp_lines') }}

),

renamed as (

    select
        source_system,
        coalesce(external_id, '') || case
            when occurrence > 1 or coalesce(external_id, '') = ''
                then '~' || cast(occurrence as varchar)
            else ''
        end as erp_line_id,
        version as source_version,
        -- the file dates the first reading; a later change is known when it was read
        case
            when reading_number = 1 then cast(known_on as timestamp)
            else greatest(cast(known_on as timestamp), known_at)
        end as known_at,
        is_deleted,
        nullif(external_id, '') as external_id,
        nullif({{ pattern_group('external_id', key_pattern, 2) }}, '') as posting_key,
        coalesce({{ pattern_group('external_id', key_pattern, 1) }} = 'r:', false) as is_reversal,
        coalesce(external_id, '') = '' or external_id like 'manual:%' as is_manual,
        coalesce(
            nullif({{ pattern_group('external_id', key_pattern, 3) }}, ''), entry_id
        ) as entry_id,
        cast(nullif({{ pattern_group('external_id', key_pattern, 4) }}, '') as bigint)
            as key_version,
        project_id as source_project_id,
        hours,
        known_on,
        accounting_period as accounting_period_id,
        legal_entity as legal_entity_id,
        bill_rate_usd as bill_rate,
        cost_rate_functional as cost_rate
    from source

)

select * from renamed
