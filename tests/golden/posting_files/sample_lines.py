"""Sample posting lines for the golden import files of every vendor.

Here: two small batches, of time and of expenses, with what files get wrong: reversals, late lines,
other currencies, awkward text, long keys, lines without a project. Not here: what a vendor makes
of them (`tests/golden/posting_files/<vendor>/`) and writing those files (`generate`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from tests.nasty.posting_kit import frame, line
from tieout.posting.payload import totals_of
from tieout.posting.writers.base import BatchHeader

STREAMS = ("time", "expense")


def reversed_line(row: dict[str, Any]) -> dict[str, Any]:
    """The line that takes another one back."""
    names = ("hours", "cost_amount_functional", "bill_amount_contract", "bill_amount_functional")
    return {**row, "posting_key": f"R:{row['posting_key']}", **{name: -row[name] for name in names}}


def expense(record: str, **changes: Any) -> dict[str, Any]:
    """An expense of 120.00 in the entity's currency."""
    plain = {
        "entry_type": "expense",
        "hours": Decimal(0),
        "cost_rate": None,
        "cost_amount_functional": Decimal("120.00"),
        "bill_rate": None,
        "bill_amount_contract": Decimal("110.70"),
        "bill_amount_functional": Decimal("120.00"),
        "contract_currency_code": "EUR",
        "debit_account_code": "6100",
        "credit_account_code": "2300",
    }
    return line(record, **{**plain, **changes})


def sample_lines(stream: str, target: str) -> pl.DataFrame:
    """The lines of one stream at one target, sorted by posting key."""
    if stream == "time":
        rows = [
            line(1, target=target),
            line(2, target=target, is_billable=False, bill_amount_contract=Decimal(0)),
            line(3, target=target, work_date=date(2026, 5, 29), accounting_date=date(2026, 6, 1)),
            line(4, target=target, memo='=SUM(A1); "final", résumé\r\nsecond line'),
            line("long-" + "9" * 120, target=target, hours=Decimal("0.25")),
            reversed_line(line(5, target=target, version=1781680000)),
        ]
    else:
        rows = [
            expense("taxi", target=target),
            expense("rent", target=target, erp_project_id=None, project_id=None, memo=None),
            expense("refund", target=target, cost_amount_functional=Decimal("-40.00")),
            reversed_line(expense("hotel", target=target)),
        ]
    return frame(sorted(rows, key=lambda row: row["posting_key"]))


def sample_header(stream: str, target: str) -> BatchHeader:
    """The batch of these lines."""
    return BatchHeader(
        batch_id=f"{target}-2026-06-US01-{stream}-000001",
        firm_id="meridian",
        target=target,
        stream=stream,
        legal_entity_id="US01",
        period_id="2026-06",
        created_at=datetime(2026, 7, 3, 6, tzinfo=UTC),
        totals=totals_of(sample_lines(stream, target)),
    )
