-- What a system says of a period at K, and how often it took a close back. The period of an entity
-- with a 4-4-5 calendar is named after that calendar, whatever the ERP calls it.
with

versions as (

    select
        *,
        lead(status) over (
            partition by source_system, source_period_id, legal_entity_id
            order by version_rank asc
        ) as earlier_status
    from {{ ref('int_accounting_periods_known') }}

),

counted as (

    select
        *,
        sum(
            case
                when earlier_status = 'closed' and status != 'closed' then 1
                when earlier_status is null and status = 'reopened' then 1
                else 0
            end
        ) over (partition by source_system, source_period_id, legal_entity_id) as reopened_count
    from versions

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

ledgers as (

    select * from {{ ref('int_entity_ledgers') }}

),

fiscal_periods as (

    select * from {{ ref('int_fiscal_periods') }}

),

told as (

    select
        ledgers.legal_entity_id,
        ledgers.erp_system,
        coalesce(fiscal_periods.accounting_period_id, counted.accounting_period_id)
            as accounting_period_id,
        counted.subledger,
        counted.start_date,
        counted.end_date,
        case when counted.status = 'reopened' then 'open' else counted.status end as status,
        counted.reopened_count,
        counted.known_at,
        row_number() over (
            partition by
                ledgers.legal_entity_id,
                ledgers.erp_system,
                coalesce(fiscal_periods.accounting_period_id, counted.accounting_period_id),
                counted.subledger
            order by
                counted.legal_entity_id asc nulls last,
                counted.source_version desc nulls last,
                counted.source_period_id asc
        ) as record_rank
    from counted
    left join crosswalks
        on
            counted.source_system = crosswalks.source_system
            and counted.legal_entity_id = crosswalks.source_id
    inner join ledgers
        on
            counted.source_system = ledgers.period_system
            and coalesce(
                crosswalks.canonical_id, counted.legal_entity_id, ledgers.legal_entity_id
            ) = ledgers.legal_entity_id
    left join fiscal_periods
        on
            ledgers.legal_entity_id = fiscal_periods.legal_entity_id
            and counted.start_date = fiscal_periods.start_date
    where counted.version_rank = 1 and not counted.is_deleted

)

select
    legal_entity_id,
    erp_system,
    accounting_period_id,
    subledger,
    start_date,
    end_date,
    status,
    reopened_count,
    known_at
from told
where record_rank = 1
