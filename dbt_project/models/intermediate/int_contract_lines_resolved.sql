-- The contract line that work falls under on a day: lines of its task before lines of the whole
-- project, and of those the kind that pays for work first. Only a contractor's time and expenses
-- pass through. Two lines of one rank are not chosen between.
with

works as (

    select distinct
        entries.project_id,
        entries.task_id,
        entries.entry_type,
        coalesce(workers.worker_type = 'contractor', false) as is_contractor,
        entries.work_date
    from {{ ref('int_entries_unioned') }} as entries
    left join {{ ref('dim_worker_versions') }} as workers
        on
            entries.worker_id = workers.worker_id
            and entries.work_date >= workers.valid_from
            and entries.work_date <= workers.valid_to
    where entries.project_id in (
        select known_lines.project_id from {{ ref('dim_contract_lines') }} as known_lines
        where known_lines.project_id != {{ unknown_member() }}
    )

),

project_lines as (

    select
        contract_lines.contract_line_id,
        contract_lines.project_id,
        coalesce(task_identities.task_id, contract_lines.task_id) as task_id,
        contract_lines.line_type,
        contract_lines.start_date,
        contract_lines.end_date,
        case contract_lines.line_type
            when 'pass_through' then 0
            when 'expense' then 0
            when 'time_and_materials' then 1
            when 'subscription' then 2
            when 'retainer' then 3
            when 'fixed_fee' then 4
            when 'milestone' then 5
        end as kind_rank
    from {{ ref('dim_contract_lines') }} as contract_lines
    left join {{ ref('dim_task_identities') }} as task_identities
        on
            contract_lines.source_system = task_identities.source_system
            and contract_lines.source_project_id = task_identities.source_project_id
            and contract_lines.task_id = task_identities.source_task_id
    where contract_lines.is_active

),

candidates as (

    select
        works.*,
        project_lines.contract_line_id,
        rank() over (
            partition by
                works.project_id, works.task_id, works.entry_type, works.is_contractor,
                works.work_date
            order by
                case when project_lines.task_id is null then 1 else 0 end asc,
                case
                    when works.entry_type = 'expense' and project_lines.line_type = 'pass_through'
                        then 1
                    else project_lines.kind_rank
                end asc
        ) as line_rank
    from works
    inner join project_lines
        on
            works.project_id = project_lines.project_id
            and works.work_date >= coalesce(project_lines.start_date, works.work_date)
            and works.work_date <= coalesce(project_lines.end_date, works.work_date)
            and coalesce(
                works.task_id = project_lines.task_id, project_lines.task_id is null
            )
            and case works.entry_type
                when 'expense' then project_lines.line_type in ('expense', 'pass_through')
                else
                    project_lines.line_type != 'expense'
                    and (project_lines.line_type != 'pass_through' or works.is_contractor)
            end

)

select
    project_id,
    task_id,
    entry_type,
    is_contractor,
    work_date,
    case when count(*) = 1 then min(contract_line_id) end as contract_line_id,
    count(*) > 1 as is_ambiguous
from candidates
where line_rank = 1
group by project_id, task_id, entry_type, is_contractor, work_date
