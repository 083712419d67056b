"""Oracle Fusion's import files read back: equal to what was written, and to the golden files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.golden.posting_files.generate import golden, written
from tests.golden.posting_files.sample_lines import samples
from tests.nasty.posting_kit import frame, reversal
from tests.unit.posting_oracle_fusion.conftest import (
    expense_line,
    fusion_system,
    header,
    journal_line,
    time_line,
)
from tieout.posting.registry import writer_of
from tieout.posting.writers.oracle_fusion_lines import COMMENT_MAX, split
from tieout.posting.writers.oracle_fusion_reader import read_files
from tieout.posting.writers.oracle_fusion_setup import Setup

# -- round trip ----------------------------------------------------------------------------------

AMOUNTS = st.decimals(
    min_value=Decimal(-99999999), max_value=Decimal(99999999), places=2, allow_nan=False
).filter(bool)
HOURS = st.decimals(min_value=Decimal(-24), max_value=Decimal(24), places=4, allow_nan=False)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@settings(max_examples=60, deadline=None)
@given(
    cost=AMOUNTS, hours=HOURS, memo=TEXT, record=TEXT, work=DAYS, booked=DAYS, bill=AMOUNTS,
    kind=st.sampled_from([time_line, expense_line, journal_line]), is_back=st.booleans(),
)  # fmt: skip
def test_what_was_written_is_read_back_equal(
    cost: Decimal, hours: Decimal, memo: str, record: str, work: date, booked: date,
    bill: Decimal, kind: Any, is_back: bool,
) -> None:  # fmt: skip
    changes = {
        "cost_amount_functional": cost, "memo": memo, "work_date": work,
        "accounting_date": booked, "bill_amount_contract": bill,
    }  # fmt: skip
    row = kind(record.replace("\n", "").replace("\r", ""), **changes)
    row["hours"] = hours if kind is time_line else Decimal(0)
    row = reversal(row) if is_back else row
    lines = frame([row])
    good, refused = split(lines, Setup())
    files = writer_of(fusion_system()).files(lines, header(lines))
    if refused.height:
        assert len(row["posting_key"]) > 240
        assert read_files(files).is_empty()
        return
    (found,) = read_files(files).iter_rows(named=True)
    (sealed,) = lines.iter_rows(named=True)
    expected = {
        "posting_key": sealed["posting_key"], "entry_type": sealed["entry_type"],
        "hours": sealed["hours"], "amount": sealed["cost_amount_functional"],
        "currency_code": "USD", "accounting_date": booked, "work_date": work,
        "bill_amount": sealed["bill_amount_contract"], "memo": good["memo"][0],
        "worker": "W-0001", "project": sealed["erp_project_id"] or "",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert len(found["memo"]) <= COMMENT_MAX


def test_the_files_are_the_golden_files() -> None:
    assert written("oracle_fusion") == golden("oracle_fusion")


def test_the_golden_files_hold_the_sample_lines() -> None:
    for stream, lines in samples("oracle_fusion").items():
        kept = golden("oracle_fusion").items()
        read = read_files({name: data for name, data in kept if name.startswith(f"{stream}/")})
        sums = read.select(pl.len(), pl.col("hours").sum(), pl.col("amount").sum()).row(0)
        expected = lines.select(
            pl.len(), pl.col("hours").sum(), pl.col("cost_amount_functional").sum()
        ).row(0)
        assert sums == expected
        assert sorted(read["posting_key"]) == sorted(lines["posting_key"])
