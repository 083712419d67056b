"""Data packages for Dynamics 365 F&O: the entities' own columns, the same bytes, nothing lost."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.golden.posting_files import generate
from tests.nasty.posting_kit import frame
from tests.unit.posting_d365_fo.conftest import expense_line, time_line
from tests.unit.posting_d365_fo.packages import BATCH, parts, written
from tieout.domain.keys import reversal_key, shorten
from tieout.posting.writers.d365_fo import D365FoWriter, create_writer, read_files
from tieout.posting.writers.d365_fo_columns import ENTITIES, TEXT_MAX, key_texts
from tieout.posting.writers.d365_fo_lines import split

PACKAGE = f"{BATCH}-package.zip"
NAMES = json.loads((Path(__file__).parent / "published_names.json").read_text(encoding="utf-8"))
SAMPLE = (Path(__file__).parent / "published_manifest.xml").read_text(encoding="utf-8")
SAMPLE_HEADER = (Path(__file__).parent / "published_header.xml").read_text(encoding="utf-8")


def rows_of(content: bytes, entity: str) -> list[dict[str, str]]:
    text = parts(content)[f"{entity}.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_files_are_the_golden_files() -> None:
    assert generate.written("d365_fo") == generate.golden("d365_fo")


def test_golden_files_are_never_overwritten() -> None:
    with pytest.raises(SystemExit, match="not overwritten"):
        generate.main("d365_fo")


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.name)
def test_every_column_is_an_attribute_of_the_published_entity(entity: Any) -> None:
    known = {name.upper() for name in NAMES["entities"][entity.name].split()}
    assert set(entity.columns) <= known
    assert set(entity.keys) | set(entity.key_columns) <= set(entity.columns)


def shape(element: ET.Element) -> Any:
    """Tags in order, without repetitions of the same child."""
    children = list(dict.fromkeys((child.tag, shape(child)) for child in element))
    return tuple(children)


def test_the_xml_parts_have_the_shape_of_a_published_package() -> None:
    package = parts(written(frame([time_line(1)]))[PACKAGE])
    for name, published in (("Manifest.xml", SAMPLE), ("PackageHeader.xml", SAMPLE_HEADER)):
        assert package[name].startswith(b"\xff\xfe<\x00D\x00a\x00t\x00a\x00")
        ours = package[name][2:].decode("utf-16-le")
        assert re.match(r"<\w+ [^>]*>", ours).group() == re.match(r"<\w+ [^>]*>", published).group()
        assert shape(ET.fromstring(ours)) == shape(ET.fromstring(published))


def test_headers_are_imported_before_their_lines() -> None:
    package = parts(written(frame([time_line(1), expense_line("a")]))[PACKAGE])
    manifest = package["Manifest.xml"][2:].decode("utf-16-le")
    named = re.findall(r"<EntityName>(.*?)</EntityName>", manifest)
    levels = re.findall(r"<LevelInExecutionUnit>(.*?)</LevelInExecutionUnit>", manifest)
    files = re.findall(r"<InputFilePath>(.*?)</InputFilePath>", manifest)
    assert dict(zip(named, levels, strict=True)) == {
        "Project hour journals": "1",
        "Project hour journal lines": "2",
        "Project expense journal header": "1",
        "Project expense journal lines": "2",
    }
    assert sorted(files) == sorted(set(package) - {"Manifest.xml", "PackageHeader.xml"})


def test_a_journal_holds_no_more_lines_than_advised() -> None:
    lines = frame([time_line(n) for n in range(7)])
    content = written(lines, writer=D365FoWriter(lines_max=3))[PACKAGE]
    rows = rows_of(content, "Project hour journal lines")
    assert [(row["JOURNALID"][-3:], row["LINENUMBER"]) for row in rows] == [
        ("001", "1"), ("001", "2"), ("001", "3"), ("002", "1"), ("002", "2"), ("002", "3"),
        ("003", "1"),
    ]  # fmt: skip
    notes = [row["TXT"] for row in rows_of(content, "Project hour journals")]
    assert notes == [
        "3 lines, 22.5000 hours, 1800.0000 USD",
        "3 lines, 22.5000 hours, 1800.0000 USD",
        "1 lines, 7.5000 hours, 600.0000 USD",
    ]
    assert all(len(row["JOURNALID"]) <= 20 for row in rows)


def test_a_reversal_has_negative_hours_or_the_other_side() -> None:
    hour = time_line(1, hours=Decimal("-7.5"), cost_amount_functional=Decimal(-600))
    expense = expense_line("a", cost_amount_functional=Decimal("-120.00"))
    general = expense_line("b", cost_amount_functional=Decimal(-5), erp_project_id=None)
    rows = [
        {**row, "posting_key": reversal_key(row["posting_key"])} for row in (hour, expense, general)
    ]
    content = written(frame(rows))[PACKAGE]
    (line,) = rows_of(content, "Project hour journal lines")
    assert (line["HOURS"], line["COSTPRICE"], line["DESCRIPTION"][:2]) == (
        "-7.5000", "80.000000", "R:",
    )  # fmt: skip
    (line,) = rows_of(content, "Project expense journal lines")
    assert (line["DEBITAMOUNT"], line["CREDITAMOUNT"]) == ("0.00", "120.00")
    assert (line["PROJECTCOSTQUANTITY"], line["PROJECTCOSTPRICE"]) == ("-1", "120.00")
    (line,) = rows_of(content, "General journal")
    assert (line["DEBITAMOUNT"], line["CREDITAMOUNT"], line["VOUCHER"]) == ("0.00", "5.00", "1")
    assert read_files(written(frame(rows)))["amount"].to_list() == [-600, -120, -5]


def test_lines_that_no_row_can_say_exactly_are_listed_and_not_in_the_package() -> None:
    rows = [
        time_line(1),
        time_line(2, cost_amount_functional=Decimal("600.01")),
        time_line(3, cost_rate=None),
        time_line(4, cost_amount_functional=Decimal("600.005")),
        expense_line("a", cost_amount_functional=Decimal(0)),
        expense_line("b", entry_type="mileage"),
    ]
    files = written(frame(rows))
    listed = files[f"{BATCH}-not-sent.csv"].decode().splitlines()
    assert [line.split(",")[1] for line in listed[1:]] == [
        "AMOUNT_MISMATCH", "RATE_MISSING", "AMOUNT_MISMATCH", "AMOUNT_MISMATCH", "REJECTED",
    ]  # fmt: skip
    assert read_files(files)["posting_key"].to_list() == [rows[0]["posting_key"]]


def test_a_batch_of_nothing_is_a_package_without_entities() -> None:
    assert sorted(parts(written(frame([]))[PACKAGE])) == ["Manifest.xml", "PackageHeader.xml"]


def test_a_key_longer_than_its_fields_is_written_as_its_digest() -> None:
    key = "meridian:d365_fo:concur:" + "x" * 60 + ":v1:cost"
    assert key_texts(key, 1) == (shorten(key, TEXT_MAX),)
    assert "".join(key_texts(key, 2)) == key
    assert key_texts("k" * 121, 2) == (shorten("k" * 121, TEXT_MAX), "")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06"])
def test_what_is_no_package_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no data package"):
        read_files({"x-package.zip": content})


def money(low: int = -999_999) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(999_999), places=2, allow_nan=False)


DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
CODES = st.text("ABCdef0123-", min_size=1, max_size=12)
IDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40)


@st.composite
def posting_rows(draw: st.DrawFn) -> dict[str, Any]:
    shared = {
        "version": draw(st.integers(1, 2**53)),
        "accounting_date": draw(DAYS),
        "work_date": draw(DAYS),
        "bill_amount_contract": draw(money()),
        "erp_worker_id": draw(CODES),
        "is_billable": draw(st.booleans()),
    }
    if draw(st.booleans()):
        hours = draw(st.decimals(Decimal(-999), Decimal(999), places=4, allow_nan=False))
        rate = draw(st.decimals(Decimal(0), Decimal(999), places=6, allow_nan=False))
        cost = (hours * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
        row = time_line(
            draw(IDS), hours=hours, cost_rate=rate, cost_amount_functional=cost,
            erp_project_id=draw(CODES), **shared,
        )  # fmt: skip
    else:
        cost = draw(money())
        assume(cost != 0)
        project = draw(st.none() | CODES)
        row = expense_line(draw(IDS), cost_amount_functional=cost, erp_project_id=project, **shared)
    return {**row, "posting_key": f"R:{row['posting_key']}"} if cost < 0 else row


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(posting_rows(), max_size=6), st.integers(1, 4))
def test_reading_the_package_gives_back_every_posted_figure(
    rows: list[dict[str, Any]], lines_max: int
) -> None:
    lines = frame(rows)
    files = written(lines, writer=D365FoWriter(lines_max=lines_max))
    assert files == written(lines, writer=D365FoWriter(lines_max=lines_max))
    read = read_files(files)
    good, refused = split(lines)
    assert refused.is_empty()
    assert read.height == lines.height
    expected = [row for name in good for row in good[name].iter_rows(named=True)]
    for row, line in zip(expected, read.iter_rows(named=True), strict=True):
        is_time, has_project = row["entry_type"] == "time", row["erp_project_id"] is not None
        assert line["posting_key"] == "".join(key_texts(row["posting_key"], 1 if is_time else 2))
        assert (line["hours"], line["amount"], line["currency_code"]) == (
            row["hours"], row["cost_amount_functional"], row["functional_currency_code"],
        )  # fmt: skip
        assert (line["accounting_date"], line["work_date"]) == (
            row["accounting_date"], row["work_date"],
        )  # fmt: skip
        assert line["project"] == (row["erp_project_id"] if has_project else "")


def test_the_writer_of_the_registry_is_this_one() -> None:
    from tieout.posting.registry import writer_for

    assert isinstance(writer_for("d365_fo"), D365FoWriter)
    assert create_writer().files(frame([]), _header()) == written(frame([]))


def _header() -> Any:
    from tests.unit.posting_d365_fo.packages import header

    return header(frame([]))
