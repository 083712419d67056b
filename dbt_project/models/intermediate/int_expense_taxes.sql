-- What becomes of the tax of an expense. The rule of the entity comes before the rule of all, the
-- rule of the category before the rule of the country; two of one rank are not chosen between.
-- What is not known blocks recovery and nothing else.
with

expenses as (

    select
        *,
        upper(country_code) as expense_country_code,
        coalesce(tax_amount, 0) != 0 as has_tax,
        coalesce(
            abs(tax_amount) <= abs(transaction_amount)
            and sign(tax_amount) = sign(transaction_amount),
            false
        ) as is_tax_plausible,
        coalesce(has_receipt and is_receipt_in_company_name, false) as has_evidence
    from {{ ref('int_expense_versions_resolved') }}

),

situations as (

    select distinct
        legal_entity_id,
        expense_country_code,
        expense_type,
        work_date
    from expenses
    where has_tax

),

ranked as (

    select
        situations.*,
        rules.tax_rule_id,
        rules.recoverable_ratio,
        rules.requires_company_receipt,
        rules.tax_code as rule_tax_code,
        rank() over (
            partition by
                situations.legal_entity_id, situations.expense_country_code,
                situations.expense_type, situations.work_date
            order by
                case when rules.legal_entity_id is null then 1 else 0 end asc,
                case when rules.expense_category is null then 1 else 0 end asc
        ) as rule_rank
    from situations
    inner join {{ ref('dim_tax_rules') }} as rules
        on
            situations.expense_country_code = rules.country_code
            and situations.legal_entity_id
            = coalesce(rules.legal_entity_id, situations.legal_entity_id)
            and coalesce(
                situations.expense_type = rules.expense_category, rules.expense_category is null
            )
            and situations.work_date between rules.valid_from and rules.valid_to

),

rules as (

    select
        legal_entity_id,
        expense_country_code,
        expense_type,
        work_date,
        count(*) as rule_count,
        min(tax_rule_id) as tax_rule_id,
        min(recoverable_ratio) as recoverable_ratio,
        max(case when requires_company_receipt then 1 else 0 end) = 1 as requires_company_receipt,
        min(rule_tax_code) as rule_tax_code
    from ranked
    where rule_rank = 1
    group by legal_entity_id, expense_country_code, expense_type, work_date

)

select
    expenses.entry_id,
    expenses.source_version,
    expenses.has_tax and expenses.is_tax_plausible as has_usable_tax,
    case when rules.rule_count = 1 then rules.tax_rule_id end as tax_rule_id,
    case when rules.rule_count = 1 then rules.recoverable_ratio end as recoverable_ratio,
    coalesce(expenses.tax_code, case when rules.rule_count = 1 then rules.rule_tax_code end)
        as resolved_tax_code,
    case
        when not expenses.has_tax then 'no_tax'
        when not expenses.is_tax_plausible then 'implausible'
        when rules.rule_count is null then 'no_rule'
        when rules.rule_count > 1 then 'ambiguous'
        when rules.recoverable_ratio = 0 then 'not_recoverable'
        when rules.requires_company_receipt and not expenses.has_evidence then 'blocked'
        else 'recoverable'
    end as tax_status
from expenses
left join rules
    on
        {{ key_when('expenses.has_tax', 'expenses.legal_entity_id') }} = rules.legal_entity_id
        and expenses.expense_country_code = rules.expense_country_code
        and coalesce(expenses.expense_type, '') = coalesce(rules.expense_type, '')
        and expenses.work_date = rules.work_date
