-- A chart of accounts belongs to its ledger: one number in two ERPs is two accounts.
with

accounts as (

    select
        *,
        row_number() over (
            partition by source_system, code
            order by is_active desc, known_at asc, source_code_key asc
        ) as account_rank
    from {{ ref('int_reference_codes_owned') }}
    where code_kind = 'gl_account'

),

mappings as (

    select
        target,
        account_code,
        count(*) as purpose_count
    from {{ ref('dim_account_mappings') }}
    group by target, account_code

),

-- an account that we post to and that no chart lists is an account all the same
mapped as (

    select
        mappings.target as source_system,
        mappings.account_code as code,
        cast(null as varchar) as code_name,
        cast(null as varchar) as parent_code,
        cast(null as boolean) as is_active,
        cast(null as timestamp) as known_at
    from mappings
    left join accounts
        on
            mappings.target = accounts.source_system
            and mappings.account_code = accounts.code
            and accounts.account_rank = 1
    where accounts.code is null and mappings.account_code is not null

),

combined as (

    select
        source_system,
        code,
        code_name,
        parent_code,
        is_active,
        known_at
    from accounts
    where account_rank = 1
    union all
    select * from mapped

)

select
    combined.source_system || ':' || combined.code as gl_account_id,
    combined.source_system as erp_system,
    combined.code as account_code,
    coalesce(combined.code_name, combined.code) as account_name,
    combined.parent_code,
    coalesce(combined.is_active, true) as is_active,
    combined.known_at is not null as is_listed,
    mappings.target is not null as is_controlled,
    combined.known_at
from combined
left join mappings
    on combined.source_system = mappings.target and combined.code = mappings.account_code
union all
select
    {{ unknown_member() }} as gl_account_id,
    cast(null as varchar) as erp_system,
    {{ unknown_member() }} as account_code,
    'Unknown' as account_name,
    cast(null as varchar) as parent_code,
    false as is_active,
    false as is_listed,
    false as is_controlled,
    cast(null as timestamp) as known_at
