select
    reason_code,
    stage,
    owner_role,
    label,
    sla_business_days,
    fix
from {{ ref('stg_tieout__reasons') }}
