-- Open items are admitted under the caps in the order of the work, line before project before
-- contract; the item on the boundary is split. A cap counts what the client pays: net of discount.
{% set levels = ['contract_line', 'project', 'contract'] %}

with

items as (

    select
        {% for level in levels %}
            {{ level }}_caps.cap_id as {{ level }}_cap_id,
            {{ level }}_caps.cap_amount_contract - {{ level }}_caps.invoiced_amount_contract
                as {{ level }}_room,
            case
                {% if level == 'project' %}
                    when {{ level }}_caps.cap_id is null and covered.billing_model = 'capped'
                        then 'not_evaluated'
                    when covered.billing_model = 'retainer' then 'not_applicable'
                {% endif %}
                when {{ level }}_caps.cap_id is null then 'not_applicable'
                when {{ level }}_caps.contract_currency_code != covered.contract_currency_code
                    then 'not_evaluated'
            end as {{ level }}_free_status,
        {% endfor %}
        covered.*,
        covered.chargeable_amount_contract - covered.expected_discount_amount_contract
            as net_before_contract_line
    from {{ ref('rec_covered_items') }} as covered
    {% for level in levels %}
        left join {{ ref('rec_cap_usages') }} as {{ level }}_caps
            on
                {{ level }}_caps.cap_level = '{{ level }}'
                and covered.{{ level }}_id = {{ level }}_caps.scope_id
    {% endfor %}

),

{% for level in levels %}
    {% set before = 'net_before_' ~ level %}
    {% set after = 'net_before_' ~ loop.nextitem if not loop.last else 'net_admitted' %}
    by_{{ level }} as (

        select
            *,
            case
                when {{ level }}_free_status is not null then {{ before }}
                else {{ admitted_part(before, level ~ '_room + ' ~ before ~ ' - sum(
                    case when ' ~ level ~ '_free_status is null then ' ~ before ~ ' else 0 end
                ) over (partition by ' ~ level ~ '_cap_id ' ~ in_order_of_work() ~ ')') }}
            end as {{ after }}
        from {{ 'items' if loop.first else 'by_' ~ loop.previtem }}

    ),

{% endfor %}
statuses as (

    select
        *,
        {% for level in levels %}
            {% set after = 'net_before_' ~ loop.nextitem if not loop.last else 'net_admitted' %}
            coalesce(
                {{ level }}_free_status,
                case when {{ after }} < net_before_{{ level }} then 'failed' else 'committed' end
            ) as {{ level }}_nte_status,
        {% endfor %}
        case
            when net_admitted = net_before_contract_line then chargeable_amount_contract
            else {{ proportional_amount(
                'chargeable_amount_contract', 'net_admitted', 'net_before_contract_line',
                'contract_currency_code'
            ) }}
        end as within_cap_amount
    from by_contract

)

select
    posting_line_id,
    {% for level in levels %}
        case when {{ level }}_nte_status in ('committed', 'failed') then {{ level }}_cap_id end
            as {{ level }}_cap_id,
        {{ level }}_nte_status,
    {% endfor %}
    case
        {% for status in ['failed', 'not_evaluated', 'committed'] %}
            when '{{ status }}' in (
                contract_line_nte_status, project_nte_status, contract_nte_status
            ) then '{{ status }}'
        {% endfor %}
        else 'not_applicable'
    end as nte_status,
    chargeable_amount_contract,
    expected_discount_amount_contract,
    cast(within_cap_amount as decimal(18, 4)) as within_cap_amount_contract,
    cast(chargeable_amount_contract - within_cap_amount as decimal(18, 4))
        as over_cap_amount_contract,
    cast(net_admitted as decimal(18, 4)) as net_admitted_amount_contract,
    {{ as_of() }} as as_of_at
from statuses
