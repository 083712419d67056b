select
    known.source_system || ':' || known.source_payment_id as payment_id,
    coalesce(
        own.invoice_key, other.invoice_key, known.source_system || ':' || known.source_invoice_id
    ) as invoice_key,
    known.paid_amount_contract,
    known.paid_on,
    known.source_system,
    known.source_payment_id,
    known.source_version,
    known.known_at
from {{ ref('int_payments_known') }} as known
left join {{ ref('int_invoice_keys') }} as own
    on
        known.source_system = own.source_system
        and known.source_invoice_id = own.source_invoice_id
left join {{ ref('int_invoice_keys') }} as other
    on known.source_invoice_id = other.source_invoice_id and other.is_unique
where
    known.version_rank = 1
    and not known.is_deleted
    and known.paid_on <= cast({{ as_of() }} as date)
