"""The posting lines of every vendor's golden files: plain time, awkward time, expenses, reversals.

Here: rows of the posting contract that are the same for all vendors. Not here: the files, one
folder per vendor beside this module, and what one vendor alone needs (its own tests).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from tests.nasty.posting_kit import frame, line
from tieout.posting.payload import totals_of
from tieout.posting.writers.base import BatchHeader

EXPENSE: dict[str, Any] = {
    "entry_type": "expense",
    "hours": Decimal(0),
    "cost_rate": None,
    "cost_amount_functional": Decimal("120.00"),
    "bill_rate": None,
    "bill_amount_contract": Decimal("110.34"),
    "bill_amount_functional": Decimal("120.00"),
    "contract_currency_code": "EUR",
    "debit_account_code": "6100",
    "credit_account_code": "2300",
}


def reversed_line(row: dict[str, Any]) -> dict[str, Any]:
    """The line that reverses a line: hours and amounts negative, `R:` before the key."""
    turned = ("hours", "cost_amount_functional", "bill_amount_contract", "bill_amount_functional")
    return {
        **row,
        "posting_key": "R:" + row["posting_key"],
        **{name: -row[name] for name in turned},
    }


def time_rows(target: str) -> list[dict[str, Any]]:
    """Time of one entity: billable, not billable and late, awkward text, a reversal."""
    plain = line(1, target=target)
    free = {"bill_amount_contract": Decimal(0), "bill_amount_functional": Decimal(0)}
    late = {"work_date": date(2026, 5, 29), "accounting_date": date(2026, 6, 1), "is_late": True}
    quarter = {"hours": Decimal("0.25"), "cost_amount_functional": Decimal(20)}
    return [
        plain,
        line(2, target=target, is_billable=False, **free, **late, **quarter),
        line("3:b & ü", target=target, memo='Review, "final"\r\nwith <client> & co; =SUM(A1)'),
        reversed_line(plain),
    ]


def expense_rows(target: str) -> list[dict[str, Any]]:
    """Expenses of one entity: billed in another currency, not billed, a reversal."""
    taxi = line("taxi", target=target, **EXPENSE)
    free = {"bill_amount_contract": Decimal(0), "bill_amount_functional": Decimal(0)}
    meal = line("meal", target=target, **{**EXPENSE, **free, "memo": None})
    return [taxi, meal, reversed_line(taxi)]


def samples(target: str) -> dict[str, pl.DataFrame]:
    """Name of a sample -> its lines, sorted by key as a writer gets them."""
    rows = {"time": time_rows(target), "expense": expense_rows(target)}
    return {name: frame(lines).sort("posting_key") for name, lines in rows.items()}


def header(target: str, stream: str, lines: pl.DataFrame) -> BatchHeader:
    """The batch that a sample stands in."""
    return BatchHeader(
        batch_id=f"{target}-2026-06-US01-{stream}-000001",
        firm_id="meridian",
        target=target,
        stream=stream,
        legal_entity_id="US01",
        period_id="2026-06",
        created_at=datetime(2026, 7, 3, 6, tzinfo=UTC),
        totals=totals_of(lines),
    )
