"""NetSuite's import files: the same bytes for the same lines, and nothing lost on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.nasty.posting_kit import frame
from tests.unit.posting_netsuite.conftest import expense_line, time_line
from tieout.posting.payload import totals_of
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.netsuite import NetSuiteWriter, create_writer, read_files
from tieout.posting.writers.netsuite_lines import MEMO_MAX, split

GOLDEN = Path(__file__).parents[2] / "golden" / "netsuite"


def header(lines: pl.DataFrame, stream: str = "time") -> BatchHeader:
    return BatchHeader(
        batch_id=f"netsuite-2026-06-US01-{stream}-000001",
        firm_id="meridian",
        target="netsuite",
        stream=stream,
        legal_entity_id="US01",
        period_id="2026-06",
        created_at=datetime(2026, 7, 3, 6, tzinfo=UTC),
        totals=totals_of(lines),
    )


def written(rows: list[dict[str, Any]], writer: NetSuiteWriter | None = None) -> dict[str, bytes]:
    lines = frame(rows)
    return (writer or create_writer()).files(lines, header(lines))


TIME = [
    time_line(1),
    time_line(2, hours=Decimal("0.2500"), is_billable=False, bill_amount_contract=Decimal(0),
              work_date=date(2026, 5, 29), accounting_date=date(2026, 6, 1)),
    time_line("3:b", memo='Review, "final"\r\nwith client', contract_currency_code="EUR"),
    time_line(4, memo="=SUM(A1)", cost_amount_functional=Decimal(-600), hours=Decimal("-7.5"),
              bill_amount_contract=Decimal("-1387.50")),
]  # fmt: skip
EXPENSES = [
    expense_line("taxi"),
    expense_line("refund", cost_amount_functional=Decimal("-40.00"), erp_project_id=None,
                 bill_amount_contract=Decimal(0), contract_currency_code=None, memo=None),
]  # fmt: skip
UNPOSTABLE = [time_line(5, erp_worker_id=None), time_line(6)]


@pytest.mark.parametrize(
    ("name", "rows"), [("time", TIME), ("expense", EXPENSES), ("not_sent", UNPOSTABLE)]
)
def test_the_files_are_the_golden_files(name: str, rows: list[dict[str, Any]]) -> None:
    files = written(rows)
    expected = {path.name: path.read_bytes() for path in sorted((GOLDEN / name).iterdir())}
    assert files == expected


def test_the_same_lines_give_the_same_bytes() -> None:
    assert written(TIME) == written(TIME)


def test_files_hold_no_more_rows_than_an_import_job_takes() -> None:
    rows = [time_line(n) for n in range(7)]
    files = written(rows, NetSuiteWriter(rows_max=3))
    assert [len(content.splitlines()) - 1 for content in files.values()] == [3, 3, 1]
    assert [key.posting_key for key in read_files(files)] == [row["posting_key"] for row in rows]


def test_a_journal_is_never_parted() -> None:
    files = written([expense_line(n) for n in range(5)], NetSuiteWriter(rows_max=3))
    assert [len(content.splitlines()) - 1 for content in files.values()] == [2, 2, 2, 2, 2]


def test_files_hold_no_more_bytes_than_an_import_job_takes() -> None:
    rows = [time_line(n, memo="x" * 900) for n in range(9)]
    files = written(rows, NetSuiteWriter(bytes_max=4000))
    assert max(len(content) for content in files.values()) <= 4000
    assert [key.posting_key for key in read_files(files)] == [row["posting_key"] for row in rows]


def test_a_batch_of_nothing_is_an_empty_list_and_no_import_file() -> None:
    assert list(written([])) == ["netsuite-2026-06-US01-time-000001-not-sent.csv"]


def test_the_whole_of_june_fits_its_default_bounds() -> None:
    lines = pl.concat([frame([time_line(0)])] * 25_001)
    files = create_writer().files(lines, header(lines))
    assert [content.count(b"\n") - 1 for content in files.values()] == [25_000, 1]


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"External ID,Employee\n"],
)
def test_what_is_no_import_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no import file"):
        read_files({"x.csv": content})


def test_a_journal_whose_rows_do_not_belong_together_is_refused() -> None:
    (name, content), *_ = written(EXPENSES).items()
    rows = content.decode().splitlines(keepends=True)
    broken = "".join([rows[0], rows[1], rows[4], *rows[2:4], rows[4]]).encode()
    with pytest.raises(ValueError, match="not whole"):
        read_files({name: broken})


def amounts(places: int = 2) -> st.SearchStrategy[Decimal]:
    return st.decimals(
        min_value=Decimal(-99999999), max_value=Decimal(99999999), places=places, allow_nan=False
    )


DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
CODES = st.text("ABCdef0123-", min_size=1, max_size=12)


@st.composite
def posting_rows(draw: st.DrawFn) -> dict[str, Any]:
    is_time = draw(st.booleans())
    cost = draw(amounts().filter(lambda value: is_time or value != 0))
    make = time_line if is_time else expense_line
    return make(
        draw(st.text(min_size=1, max_size=8)),
        version=draw(st.integers(1, 2**53)),
        accounting_date=draw(DAYS),
        work_date=draw(DAYS),
        hours=draw(amounts(4)) if is_time else Decimal(0),
        cost_amount_functional=cost,
        bill_amount_contract=draw(amounts()),
        contract_currency_code=draw(st.sampled_from(["USD", "EUR", "JPY"])),
        is_billable=draw(st.booleans()),
        erp_worker_id=draw(CODES),
        erp_project_id=draw(CODES),
        memo=draw(st.none() | TEXTS),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(posting_rows(), max_size=6), st.integers(1, 5))
def test_reading_the_files_gives_back_every_posted_figure(
    rows: list[dict[str, Any]], rows_max: int
) -> None:
    lines = frame(rows)
    read = read_files(NetSuiteWriter(rows_max=rows_max).files(lines, header(lines)))
    good, refused = split(lines)
    assert refused.is_empty()
    assert len(read) == good.height
    by_stream = {"time": iter([]), "expense": iter([])}
    for stream in by_stream:
        by_stream[stream] = iter([line for line in read if line.entry_type == stream])
    for row in good.iter_rows(named=True):
        line = next(by_stream[row["entry_type"]])
        assert (
            line.posting_key, line.accounting_date, line.work_date, line.hours, line.cost,
            line.bill, line.contract_currency, line.worker, line.project, line.memo,
        ) == (
            row["posting_key"], row["accounting_date"], row["work_date"], row["hours"],
            row["cost_amount_functional"], row["bill_amount_contract"],
            row["contract_currency_code"], row["erp_worker_id"], row["erp_project_id"],
            row["memo"],
        )  # fmt: skip


@given(st.none() | st.text(max_size=1500))
def test_a_clean_memo_is_short_printable_and_stays_as_it_is(memo: str | None) -> None:
    once = split(frame([time_line(1, memo=memo)]))[0]
    twice = split(once)[0]
    text = once["memo"][0]
    assert len(text) <= MEMO_MAX
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in text)
    assert twice["memo"][0] == text


def test_every_line_is_either_good_or_refused_once() -> None:
    rows = [*TIME, *EXPENSES, *UNPOSTABLE, time_line(7, cost_amount_functional=None)]
    good, refused = split(frame(rows))
    assert good.height + refused.height == len(rows)
    assert refused.rows() == [
        (UNPOSTABLE[0]["posting_key"], "WORKER_NOT_IN_ERP", "the worker has no NetSuite employee"),
        (time_line(7)["posting_key"], "AMOUNT_MISMATCH", "the line has no amount"),
    ]
