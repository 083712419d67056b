"""Configuration packages: the same bytes for the same lines, and nothing lost on the way."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.golden.posting_files.generate import golden, main, written
from tests.golden.posting_files.sample_lines import header
from tests.nasty.posting_kit import frame
from tests.unit.vendors_business_central.small_company import expense_line, reversal_of, time_line
from tieout.posting.writers.business_central import (
    BusinessCentralWriter,
    create_writer,
    read_files,
)
from tieout.posting.writers.business_central_documents import figures_in, figures_text, key_text
from tieout.posting.writers.business_central_package import read_package, write_package
from tieout.posting.writers.business_central_records import GENERAL_TABLE, PROJECT_TABLE

# Field of table 210 or 81 -> its number and, for a code or text, its length (vendor's source).
PROJECT_FIELDS: dict[str, tuple[int, int | None]] = {
    "JournalTemplateName": (1, 10), "LineNo": (2, None), "JobNo": (3, 20),
    "PostingDate": (4, None), "DocumentNo": (5, 20), "Type": (6, None), "No": (8, 20),
    "Description": (9, 100), "Quantity": (10, None), "UnitCostLCY": (13, None),
    "TotalCostLCY": (14, None), "UnitPriceLCY": (15, None), "UnitofMeasureCode": (18, 10),
    "Chargeable": (22, None), "EntryType": (61, None), "JournalBatchName": (73, 10),
    "DocumentDate": (87, None), "ExternalDocumentNo": (88, 35), "JobTaskNo": (1000, 20),
    "LineType": (1003, None),
}  # fmt: skip
GENERAL_LENGTHS = {
    "JournalTemplateName": 10, "JournalBatchName": 10, "AccountNo": 20, "DocumentNo": 20,
    "ExternalDocumentNo": 35, "Description": 100, "Comment": 250,
}  # fmt: skip


def files_of(rows: list[dict[str, Any]], **settings: int) -> dict[str, bytes]:
    lines = frame(rows).sort("posting_key")
    return BusinessCentralWriter(**settings).files(lines, header("business_central", "time", lines))


def expected(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """What a reader must find of some lines."""
    lines = frame(rows).sort("entry_type", "posting_key", descending=[False, False])
    return lines.select(
        pl.col("posting_key").map_elements(key_text, return_dtype=pl.String),
        "entry_type", "accounting_date", "work_date", "hours",
        pl.col("cost_amount_functional").alias("amount"),
        pl.col("functional_currency_code").alias("currency_code"),
        pl.col("erp_worker_id").alias("worker"), pl.col("erp_project_id").alias("project"),
    )  # fmt: skip


def test_the_files_are_the_golden_files() -> None:
    assert written("business_central") == golden("business_central")


def test_the_generator_overwrites_nothing() -> None:
    with pytest.raises(SystemExit, match="not overwritten"):
        main("business_central")


def test_the_same_lines_give_the_same_bytes() -> None:
    rows = [time_line(1), expense_line("taxi")]
    assert files_of(rows) == files_of(rows)


def test_what_was_written_is_read_back() -> None:
    rows = [time_line(1), reversal_of(time_line(1)), expense_line("taxi"),
            reversal_of(expense_line("taxi")), time_line(2, erp_project_id="J10/1000")]  # fmt: skip
    assert read_files(files_of(rows)).equals(expected(rows))


def test_a_package_holds_no_more_lines_than_asked_and_one_currency() -> None:
    rows = [time_line(n) for n in range(5)] + [time_line(9, functional_currency_code="EUR")]
    files = files_of(rows, lines_max=2)
    sizes = [len(read_package(content)[2]) for _, content in sorted(files.items())]
    assert sizes == [1, 2, 2, 1]
    assert read_files(files)["currency_code"].to_list() == ["EUR", *["USD"] * 5]


def test_a_document_is_never_parted() -> None:
    files = files_of([expense_line(n) for n in range(3)], lines_max=1)
    assert [len(read_package(content)[2]) for content in files.values()] == [4, 4, 4]


def test_lines_that_no_package_can_hold_are_listed() -> None:
    files = files_of([time_line(1, erp_worker_id=None), time_line("a\x07b")])
    (name,) = files
    assert name.endswith("-not-sent.csv")
    listed = pl.read_csv(files[name])
    assert sorted(listed["reason_code"]) == ["REJECTED", "WORKER_NOT_IN_ERP"]
    assert read_files(files).is_empty()


@pytest.mark.parametrize("stream", ["time", "expense"])
def test_fields_and_their_lengths_are_those_of_the_vendors_tables(stream: str) -> None:
    (content,) = (
        content for name, content in golden("business_central").items() if name.startswith(stream)
    )
    text = gzip.decompress(content)
    assert text.startswith(b"\xff\xfe<\x00?\x00x\x00m\x00l\x00")
    attributes, table, records = read_package(content)
    assert len(attributes["Code"]) <= 20
    assert len(attributes["PackageName"]) <= 50
    lengths = GENERAL_LENGTHS
    if stream == "time":
        assert set(records[0]) == set(PROJECT_FIELDS)
        lengths = {name: length for name, (_, length) in PROJECT_FIELDS.items() if length}
    assert (table, set(records[0])) == (
        ("JobJournalLine", set(PROJECT_FIELDS))
        if stream == "time"
        else ("GenJournalLine", {field.name for field in GENERAL_TABLE.fields})
    )
    for record in records:
        assert {name for name, limit in lengths.items() if len(record[name]) > limit} == set()
    assert [PROJECT_TABLE.table_id, GENERAL_TABLE.table_id] == [210, 81]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no gzip",
        gzip.compress(b"<DataList/>", mtime=0),
        gzip.compress("<a/>".encode("utf-16"), mtime=0),
    ],
)
def test_what_is_no_package_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no configuration package"):
        read_files({"x.rapidstart": content})


def test_a_package_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="no package of journal lines"):
        read_files({"x.rapidstart": write_package(PROJECT_TABLE, [], "CODE", "Payment Terms")})


def test_a_document_that_is_not_whole_is_refused() -> None:
    (content,) = files_of([expense_line("taxi")]).values()
    records = read_package(content)[2][:-1]
    broken = write_package(GENERAL_TABLE, records, "CODE", "Tieout USD US01")
    with pytest.raises(ValueError, match="not whole"):
        read_files({"x.rapidstart": broken})


def amounts() -> st.SearchStrategy[Decimal]:
    whole = st.decimals(Decimal(-99999999), Decimal(99999999), places=2, allow_nan=False)
    return whole.filter(lambda value: value != 0)


PRINTABLE = st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["C", "Z"])
NUMBERS = st.text(PRINTABLE.filter(lambda sign: sign != "/"), min_size=1, max_size=20)


@st.composite
def any_line(draw: st.DrawFn, number: int) -> dict[str, Any]:
    make = draw(st.sampled_from([time_line, expense_line]))
    record = f"{draw(st.text(PRINTABLE, min_size=1, max_size=120))}{number}"
    cost = draw(amounts())
    return make(
        record,
        cost_amount_functional=cost,
        hours=draw(st.decimals(Decimal(-999), Decimal(999), places=4, allow_nan=False)),
        erp_worker_id=draw(NUMBERS),
        erp_project_id=draw(NUMBERS),
        memo=draw(st.none() | st.text(max_size=300)),
        work_date=draw(st.dates(date(2020, 1, 1), date(2030, 1, 1))),
        bill_amount_contract=draw(st.just(Decimal(0)) | amounts()),
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_any_lines_are_read_back_as_they_were_written(data: st.DataObject) -> None:
    rows = [data.draw(any_line(number)) for number in range(data.draw(st.integers(1, 4)))]
    read = read_files(files_of(rows))
    wanted = expected(rows)
    # worker and project of an expense are left out where a description is full
    columns = ["posting_key", "entry_type", "accounting_date", "work_date", "hours", "amount"]
    assert read.select(columns).equals(wanted.select(columns))
    is_time = pl.col("entry_type") == "time"
    assert read.filter(is_time).equals(wanted.filter(is_time))


@settings(max_examples=100, deadline=None)
@given(any_line(1))
def test_the_figures_of_a_description_fit_and_are_read_again(line: dict[str, Any]) -> None:
    text = figures_text(line)
    figures = figures_in(text)
    assert len(text) <= 100
    assert Decimal(figures["h"]) == line["hours"]
    assert figures["d"] == line["work_date"].isoformat()
    assert figures.get("w", line["erp_worker_id"]) == line["erp_worker_id"]


def test_a_registry_finds_the_writer() -> None:
    assert isinstance(create_writer(), BusinessCentralWriter)
