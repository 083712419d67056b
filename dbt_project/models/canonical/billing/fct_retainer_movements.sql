-- What is returned goes back to the last draw first: of the invoice that it names, and what is left
-- of it over all draws. What is used takes the oldest usable funding first.
with

movements as (

    select
        *,
        case
            when not is_usable then 0
            when movement_kind in ('funded', 'returned') then movement_amount_contract
            else -movement_amount_contract
        end as signed_amount,
        sum({{ amount_of_kind('returned') }}) over (partition by contract_id) as contract_returned,
        case
            when invoice_key is null then 0
            else sum({{ amount_of_kind('returned') }}) over (partition by contract_id, invoice_key)
        end as invoice_returned,
        coalesce(sum({{ amount_of_kind('drawn') }}) over (
            partition by contract_id, invoice_key
            order by occurred_on desc, movement_id desc
            rows between unbounded preceding and 1 preceding
        ), 0) as later_drawn_on_invoice
    from {{ ref('int_retainer_movements_placed') }}

),

returned_by_invoice as (

    select
        *,
        least(
            greatest(invoice_returned - later_drawn_on_invoice, 0), {{ amount_of_kind('drawn') }}
        ) as returned_on_invoice
    from movements

),

open_draws as (

    select
        *,
        {{ amount_of_kind('drawn') }} - returned_on_invoice as open_drawn,
        contract_returned - sum(returned_on_invoice) over (partition by contract_id)
            as open_returned,
        coalesce(sum({{ amount_of_kind('drawn') }} - returned_on_invoice) over (
            partition by contract_id
            order by occurred_on desc, movement_id desc
            rows between unbounded preceding and 1 preceding
        ), 0) as later_open_drawn
    from returned_by_invoice

),

net_draws as (

    select
        *,
        open_drawn - least(greatest(open_returned - later_open_drawn, 0), open_drawn) as net_drawn
    from open_draws

),

consumed as (

    select
        *,
        sum(net_drawn + {{ amount_of_kind('refunded') }} + {{ amount_of_kind('expired') }})
            over (partition by contract_id) as contract_consumed,
        coalesce(sum(case when is_usable then {{ amount_of_kind('funded') }} else 0 end) over (
            partition by contract_id
            order by occurred_on asc, movement_id asc
            rows between unbounded preceding and 1 preceding
        ), 0) as older_funded,
        sum(signed_amount) over (
            partition by contract_id
            order by occurred_on asc, kind_order asc, movement_id asc
            rows between unbounded preceding and current row
        ) as available_after
    from net_draws

)

select
    consumed.movement_id,
    consumed.contract_id,
    coalesce(contracts.client_id, {{ unknown_member() }}) as client_id,
    coalesce(contracts.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    consumed.movement_kind,
    consumed.invoice_key,
    consumed.movement_amount_contract,
    coalesce(contracts.currency_code, 'unknown') as contract_currency_code,
    consumed.occurred_on,
    consumed.is_usable,
    cast(consumed.net_drawn as decimal(18, 4)) as net_drawn_amount_contract,
    cast({{ amount_of_kind('drawn') }} - consumed.net_drawn as decimal(18, 4))
        as returned_amount_contract,
    cast(
        case
            when consumed.movement_kind = 'funded' and consumed.is_usable
                then consumed.movement_amount_contract - least(
                    greatest(consumed.contract_consumed - consumed.older_funded, 0),
                    consumed.movement_amount_contract
                )
            else 0
        end as decimal(18, 4)
    ) as unused_amount_contract,
    cast(consumed.available_after as decimal(18, 4)) as available_after_amount_contract,
    consumed.source_system,
    consumed.source_movement_id,
    consumed.source_version,
    consumed.known_at
from consumed
left join {{ ref('dim_contracts') }} as contracts on consumed.contract_id = contracts.contract_id
