with

invoice_lines as (

    select
        known.*,
        coalesce(
            own.invoice_key,
            other.invoice_key,
            known.source_system || ':' || known.source_invoice_id
        ) as invoice_key,
        coalesce(own.invoice_status, other.invoice_status, 'issued') as invoice_status,
        coalesce(own.invoice_date, other.invoice_date) as invoice_date,
        coalesce(own.document_type, other.document_type) as document_type
    from {{ ref('int_invoice_lines_known') }} as known
    left join {{ ref('int_invoice_keys') }} as own
        on
            known.source_system = own.source_system
            and known.source_invoice_id = own.source_invoice_id
    left join {{ ref('int_invoice_keys') }} as other
        on known.source_invoice_id = other.source_invoice_id and other.is_unique
    where known.version_rank = 1 and not known.is_deleted

)

select
    invoice_lines.source_system || ':' || invoice_lines.source_invoice_line_id as invoice_line_id,
    invoice_lines.invoice_key,
    invoice_lines.document_type,
    invoice_lines.invoice_date,
    invoice_lines.invoice_status,
    invoice_lines.invoice_status = 'issued' as is_issued,
    invoice_lines.line_type,
    coalesce(
        ids.contract_line_id, contract_lines.contract_line_id, milestones.contract_line_id
    ) as contract_line_id,
    coalesce(own_milestones.milestone_id, milestones.milestone_id) as milestone_id,
    cast(coalesce(invoice_lines.hours, 0) as decimal(18, 4)) as hours,
    invoice_lines.line_amount_contract,
    cast(coalesce(invoice_lines.discount_amount_contract, 0) as decimal(18, 4))
        as discount_amount_contract,
    coalesce(invoice_lines.is_manual_override, false) as is_manual_override,
    invoice_lines.source_system,
    invoice_lines.source_invoice_line_id,
    invoice_lines.source_version,
    invoice_lines.known_at
from invoice_lines
left join {{ ref('int_contract_line_ids') }} as ids
    on
        invoice_lines.source_system = ids.source_system
        and invoice_lines.source_contract_line_id = ids.source_contract_line_id
left join {{ ref('dim_contract_lines') }} as contract_lines
    on invoice_lines.source_contract_line_id = contract_lines.contract_line_id
left join {{ ref('fct_milestones') }} as own_milestones
    on
        invoice_lines.source_system = own_milestones.source_system
        and invoice_lines.source_milestone_id = own_milestones.source_milestone_id
left join {{ ref('fct_milestones') }} as milestones
    on
        coalesce(own_milestones.milestone_id, invoice_lines.source_milestone_id)
        = milestones.milestone_id
