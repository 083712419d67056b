-- Approved minus posted is explained to the cent. The test waits for the exceptions, so that a
-- broken identity is reported before it fails the build.
-- depends_on: {{ ref('fct_exceptions') }}
-- depends_on: {{ ref('rpt_period_tie_out') }}
{{ config(tags=['after_posting']) }}

select
    tie_out_identity_id,
    left_amount,
    right_amount,
    difference
from {{ ref('rec_tie_out_identities') }}
where not is_tied or left_amount is null or right_amount is null
