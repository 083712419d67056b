-- A reason outside the closed list has no owner, so nobody would act on it.
{{ config(tags=['after_posting']) }}

select
    exception_id,
    mart,
    reason_code,
    owner_role
from {{ ref('fct_exceptions') }}
where reason_code is null or owner_role is null or stage is null or opened_at is null
