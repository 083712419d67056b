-- Which contract and invoice a movement of a retainer belongs to; a credit note stands for the
-- invoice that it credits. A funding is usable once its own invoice is confirmed.
select
    known.source_system || ':' || known.source_movement_id as movement_id,
    coalesce(contract_ids.contract_id, known.source_contract_id) as contract_id,
    known.movement_kind,
    coalesce(credited.invoice_key, own.invoice_key) as invoice_key,
    known.movement_amount_contract,
    known.occurred_on,
    case
        when known.movement_kind = 'funded'
            then coalesce(known.is_confirmed, own.invoice_status = 'issued', false)
        else true
    end as is_usable,
    case known.movement_kind when 'funded' then 1 when 'returned' then 2 else 3 end as kind_order,
    known.source_system,
    known.source_movement_id,
    known.source_version,
    known.known_at
from {{ ref('int_retainer_movements_known') }} as known
left join {{ ref('int_contract_ids') }} as contract_ids
    on
        known.source_system = contract_ids.source_system
        and known.source_contract_id = contract_ids.source_contract_id
left join {{ ref('int_invoice_keys') }} as own
    on
        known.source_system = own.source_system
        and known.source_invoice_id = own.source_invoice_id
left join {{ ref('int_invoice_keys') }} as credited
    on
        own.source_system = credited.source_system
        and own.credited_source_invoice_id = credited.source_invoice_id
where
    known.version_rank = 1
    and not known.is_deleted
    and known.occurred_on <= cast({{ as_of() }} as date)
