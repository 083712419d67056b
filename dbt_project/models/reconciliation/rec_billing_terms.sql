-- What the contract asks of an item on its work date. The latest amendment in force on that day
-- speaks. Work without a contract is asked nothing. A project's approval covers the work up to it.
with

in_force as (

    select
        items.posting_line_id,
        items.work_date <= coalesce(versions.purchase_order_end_date, items.work_date)
            as has_valid_purchase_order,
        row_number() over (
            partition by items.posting_line_id
            order by coalesce(versions.amendment_number, 0) desc, versions.source_version desc
        ) as amendment_rank
    from {{ ref('rec_billing_items') }} as items
    inner join {{ ref('dim_contract_versions') }} as versions
        on
            items.contract_id = versions.contract_id
            and versions.is_newest_of_amendment
            and versions.is_active
            and items.work_date >= coalesce(versions.start_date, items.work_date)
            and items.work_date <= coalesce(versions.end_date, items.work_date)

)

select
    items.posting_line_id,
    items.contract_id,
    contracts.contract_id is null or in_force.posting_line_id is not null
        as is_contract_in_force,
    coalesce(in_force.has_valid_purchase_order, true) as is_purchase_order_valid,
    coalesce(contracts.tax_code is not null or not contracts.is_tax_code_expected, true)
        as is_tax_code_resolved,
    items.is_on_hold or coalesce(project_decisions.is_on_hold, false) as is_on_hold,
    not items.needs_billing_approval
    or items.approved_on is not null
    or coalesce(project_decisions.approved_on >= items.work_date, false) as is_billing_approved,
    -- a corrected entry is billed again, or its difference, once somebody looked at it
    items.carried_amount_contract = 0
    or items.released_on is not null
    or items.approved_on is not null as is_correction_cleared,
    not items.needs_vendor_bill
    or exists (
        select 1 from {{ ref('fct_vendor_bills') }} as bills
        where
            bills.worker_id = items.worker_id
            and bills.project_id = items.project_id
            and bills.vendor_bill_status = 'confirmed'
            and items.work_date >= bills.start_date
            and items.work_date <= bills.end_date
    ) as is_vendor_bill_confirmed,
    {{ as_of() }} as as_of_at
from {{ ref('rec_billing_items') }} as items
left join {{ ref('dim_contracts') }} as contracts on items.contract_id = contracts.contract_id
left join in_force
    on items.posting_line_id = in_force.posting_line_id and in_force.amendment_rank = 1
left join {{ ref('rec_billing_decisions') }} as project_decisions
    on
        project_decisions.scope = 'project'
        and items.project_id = project_decisions.project_id
