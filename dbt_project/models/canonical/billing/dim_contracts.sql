-- The terms in force at K: those of the newest amendment that has begun, else of the first to come.
with

amendments as (

    select
        *,
        coalesce(start_date <= cast({{ as_of() }} as date), true) as has_begun,
        max(case when tax_code is not null then 1 else 0 end) over (partition by source_system) = 1
            as is_tax_code_expected
    from {{ ref('dim_contract_versions') }}
    where is_newest_of_amendment

),

ranked as (

    select
        *,
        row_number() over (
            partition by contract_id
            order by
                case when has_begun then 1 else 2 end asc,
                case when has_begun then coalesce(amendment_number, 0) end desc,
                coalesce(amendment_number, 0) asc,
                source_version desc
        ) as contract_rank
    from amendments

)

select
    contract_id,
    contract_code,
    contract_name,
    engagement_code,
    client_id,
    legal_entity_id,
    currency_code,
    start_date,
    end_date,
    purchase_order_number,
    purchase_order_end_date,
    cap_amount_contract,
    discount_percent,
    tax_code,
    is_tax_code_expected,
    payment_terms_days,
    needs_billing_approval,
    is_active,
    amendment_number,
    source_system,
    source_contract_id,
    source_version,
    known_at
from ranked
where contract_rank = 1
