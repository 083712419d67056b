select
    policy,
    policy_value
from {{ ref('stg_tieout__policies') }}
