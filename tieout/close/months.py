"""Which month a mart's row is closed with, in SQL on the published marts.

A 4-4-5 period is closed with the month in which it ends; a month is closed with itself. The
calendars themselves are `dim_accounting_periods`.
"""

from __future__ import annotations


def closed_with(table: str, period: str = "accounting_period_id") -> str:
    """The month, as an expression on a row of `table` with a legal entity and a period.

    Args:
        table: the table, or its alias, in the query.
        period: its column that holds the accounting period.
    """
    return (
        "coalesce((select max(calendar.close_month_id) from dim_accounting_periods as calendar"
        f" where calendar.legal_entity_id = {table}.legal_entity_id"
        f" and calendar.accounting_period_id = {table}.{period}), {table}.{period})"
    )
