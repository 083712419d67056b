"""Posting lines from which the golden files of every target are written.

Here: plain lines of both streams, with reversals. Not here: what only one target needs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from tests.nasty.posting_kit import frame, line
from tieout.domain.keys import reversal_key
from tieout.posting.payload import totals_of
from tieout.posting.writers.base import BatchHeader

STREAMS = ("time", "expense")


def _reversed(row: dict[str, Any]) -> dict[str, Any]:
    """The line that reverses another one."""
    minus = ("hours", "cost_amount_functional", "bill_amount_contract", "bill_amount_functional")
    return {
        **row,
        "posting_key": reversal_key(row["posting_key"]),
        **{name: -row[name] for name in minus},
    }


def sample_lines(vendor: str, stream: str) -> pl.DataFrame:
    """Lines of one batch at a target called as its vendor, sorted by posting key."""
    if stream == "time":
        rows = [
            line(1, target=vendor),
            line(
                2, target=vendor, hours=Decimal("0.25"), cost_amount_functional=Decimal(20),
                is_billable=False, bill_amount_contract=Decimal(0),
                bill_amount_functional=Decimal(0), work_date=date(2026, 5, 29),
                accounting_date=date(2026, 6, 1), memo='Review, "final" cut',
            ),
        ]  # fmt: skip
    else:
        plain: dict[str, Any] = {
            "target": vendor, "entry_type": "expense", "hours": Decimal(0), "cost_rate": None,
            "bill_rate": None, "cost_amount_functional": Decimal("120.50"),
            "bill_amount_contract": Decimal("130.10"), "bill_amount_functional": Decimal("130.10"),
            "debit_account_code": "6100", "credit_account_code": "2300",
        }  # fmt: skip
        rows = [line("taxi", **plain), line("desk", **plain, erp_project_id=None, memo="Büro")]
    rows.append(_reversed(rows[0]))
    return frame(rows).sort("posting_key")


def sample_header(vendor: str, stream: str) -> BatchHeader:
    """The batch of these lines."""
    return BatchHeader(
        batch_id=f"{vendor}-2026-06-US01-{stream}-000001",
        firm_id="meridian",
        target=vendor,
        stream=stream,
        legal_entity_id="US01",
        period_id="2026-06",
        created_at=datetime(2026, 7, 3, 6, tzinfo=UTC),
        totals=totals_of(sample_lines(vendor, stream)),
    )
