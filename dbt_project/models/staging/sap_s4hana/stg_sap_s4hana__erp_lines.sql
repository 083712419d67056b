-- Items in cost accounts. The first item of an entry of ours begins the posting key and the second
-- one ends it; an entry that a person reversed is taken back by another one with the same texts.
with

items as (

    select * from {{ ref('stg_sap_s4hana__journal_items') }}

),

cost_accounts as (

    select distinct
        target,
        account_code
    from {{ ref('stg_tieout__account_mappings') }}
    where purpose in ('labour_cost', 'expense_cost')

),

cost_items as (

    select items.*
    from items
    inner join cost_accounts
        on
            items.source_system = cost_accounts.target
            and items.account_code = cost_accounts.account_code

),

second_items as (

    select * from items
    where item_number = '002'

),

-- the second item as it was when this version of the first one was known
fitting_versions as (

    select
        cost_items.source_system,
        cost_items.source_item_id,
        cost_items.source_version,
        max(second_items.source_version) as second_version
    from cost_items
    inner join second_items
        on
            cost_items.source_system = second_items.source_system
            and cost_items.source_document_id = second_items.source_document_id
            and cost_items.source_version >= second_items.source_version
    where cost_items.item_number = '001'
    group by cost_items.source_system, cost_items.source_item_id, cost_items.source_version

),

described as (

    select
        cost_items.*,
        second_items.assignment_reference as worker_text,
        replace(cost_items.item_text || second_items.item_text, '%20', ' ') as key_text
    from cost_items
    left join fitting_versions
        on
            cost_items.source_system = fitting_versions.source_system
            and cost_items.source_item_id = fitting_versions.source_item_id
            and cost_items.source_version = fitting_versions.source_version
    left join second_items
        on
            fitting_versions.source_system = second_items.source_system
            and cost_items.source_document_id = second_items.source_document_id
            and fitting_versions.second_version = second_items.source_version

),

keyed as (

    select
        *,
        coalesce({{ posting_key_of('key_text') }} is not null, false) as is_ours,
        case when is_reversal then -1 else 1 end as direction
    from described

)

select
    source_system,
    source_document_id
    || case when item_number = '001' then '' else '-' || item_number end as erp_line_id,
    source_version,
    known_at,
    is_deleted,
    'journal_entry' as record_type,
    case
        when is_ours and not is_reversal then key_text
        when is_ours and key_text not like 'R:%' then 'R:' || key_text
    end as external_id,
    coalesce(nullif(item_text, ''), header_text) as memo,
    legal_entity_id,
    case when is_ours then nullif(worker_text, '') end as source_worker_id,
    source_project_id,
    case when is_ours then document_date end as work_date,
    accounting_date,
    {{ month_id('accounting_date') }} as accounting_period_id,
    -- SAP tells the day: the latest instant that it can have been
    least(cast(created_on as timestamp) + interval '1 day', known_at) as posted_at,
    true as is_posted,
    case when is_ours and bill_amount_contract != 0 then true end as is_billable,
    cast(case when is_ours then direction * hours else 0 end as decimal(18, 4)) as hours,
    cast(amount as decimal(18, 4)) as cost_amount_functional,
    functional_currency_code,
    cast(
        coalesce(case when is_ours then direction * bill_amount_contract end, 0) as decimal(18, 4)
    ) as bill_amount_contract,
    case when is_ours then contract_currency_code end as contract_currency_code,
    cast(null as varchar) as source_record_ref,
    created_by
from keyed
