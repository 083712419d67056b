-- What is to be corrected in the ERPs, with the accounting periods. Both sides of a pair get the
-- first period that is open for both, at or after the later of their days; an entry for which there
-- is none waits.
with

decided as (

    select
        *,
        case when has_repost then current_target else target end as repost_target,
        case when has_repost then current_legal_entity_id else legal_entity_id end
            as repost_legal_entity_id,
        case when has_repost then current_period_id else work_period_id end as repost_work_period_id
    from {{ ref('int_corrections_due') }}

),

open_periods as (

    select * from {{ ref('dim_subledger_periods') }}
    where is_open

),

dated as (

    select
        decided.*,
        greatest(old_periods.start_date, new_periods.start_date) as pair_start_date,
        old_periods.accounting_period_id as reversal_period_id,
        new_periods.accounting_period_id as repost_period_id,
        row_number() over (
            partition by decided.entry_id
            order by
                greatest(old_periods.start_date, new_periods.start_date) asc,
                old_periods.accounting_period_id asc, new_periods.accounting_period_id asc
        ) as pair_rank
    from decided
    inner join open_periods as old_periods
        on
            decided.legal_entity_id = old_periods.legal_entity_id
            and decided.target = old_periods.erp_system
            and decided.entry_type = old_periods.subledger
            and decided.first_day <= old_periods.end_date
    inner join open_periods as new_periods
        on
            decided.repost_legal_entity_id = new_periods.legal_entity_id
            and decided.repost_target = new_periods.erp_system
            and decided.entry_type = new_periods.subledger
            and decided.first_day <= new_periods.end_date
            and old_periods.start_date <= new_periods.end_date
            and old_periods.end_date >= new_periods.start_date

)

select
    dated.entry_id,
    dated.correction_group_id,
    dated.correction_kind,
    dated.has_repost,
    dated.repost_round,
    dated.reversal_count,
    dated.pair_start_date,
    dated.reversal_period_id,
    dated.repost_period_id,
    greatest(
        coalesce(old_work.close_month_id, dated.work_period_id),
        coalesce(new_work.close_month_id, dated.repost_work_period_id)
    ) as period_id
from dated
left join {{ ref('dim_accounting_periods') }} as old_work
    on
        dated.legal_entity_id = old_work.legal_entity_id
        and dated.work_period_id = old_work.accounting_period_id
left join {{ ref('dim_accounting_periods') }} as new_work
    on
        dated.repost_legal_entity_id = new_work.legal_entity_id
        and dated.repost_work_period_id = new_work.accounting_period_id
where dated.pair_rank = 1
