"""Oracle Fusion's import files: positions, bounds, the same bytes, and nothing lost on the way."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.nasty.posting_kit import frame, reversal
from tests.unit.posting_oracle_fusion.conftest import (
    expense_line,
    fusion_system,
    header,
    journal_line,
    time_line,
)
from tieout.domain.errors import ConfigError
from tieout.domain.keys import shorten
from tieout.posting.registry import writer_for, writer_of
from tieout.posting.writers.base import Writer
from tieout.posting.writers.oracle_fusion import OracleFusionWriter
from tieout.posting.writers.oracle_fusion_columns import COST_FIELDS, JOURNAL_POSITIONS
from tieout.posting.writers.oracle_fusion_lines import group_id
from tieout.posting.writers.oracle_fusion_reader import read_files

FACTS = Path(__file__).parent / "positions.csv"
ACCEPTED = Path(__file__).parent / "accepted_rows.csv"


def written(rows: list[dict[str, Any]], writer: Writer | None = None) -> dict[str, bytes]:
    lines = frame(rows)
    return (writer or writer_of(fusion_system())).files(lines, header(lines))


def cells(files: dict[str, bytes], place: int = 0) -> tuple[str, list[list[str]]]:
    """The CSV in one of the zips: its name and its rows."""
    with zipfile.ZipFile(io.BytesIO(files[sorted(files)[place]])) as archive:
        (name,) = archive.namelist()
        text = archive.read(name).decode()
    return name, list(csv.reader(io.StringIO(text, newline="")))


def facts(table: str) -> dict[str, int]:
    """Field -> position, as Oracle's control files have it."""
    with FACTS.open(encoding="utf-8") as file:
        return {row[1]: int(row[2]) for row in csv.reader(file) if row[0] == table}


def accepted(kind: str) -> list[str]:
    """A row that a live pod accepted."""
    with ACCEPTED.open(encoding="utf-8") as file:
        return next(row for row in csv.reader(file) if row[0] == kind)


# -- format --------------------------------------------------------------------------------------

NAMES = {
    "business_unit": "BUSINESS_UNIT", "source": "USER_TRANSACTION_SOURCE",
    "document": "DOCUMENT_NAME", "entry": "DOC_ENTRY_NAME", "batch": "BATCH_NAME",
    "batch_text": "BATCH_DESCRIPTION", "work_date": "EXPENDITURE_ITEM_DATE",
    "person": "PERSON_NUMBER", "project": "PROJECT_NUMBER", "task": "TASK_NAME",
    "expenditure_type": "EXPENDITURE_TYPE", "organization": "ORGANIZATION_NAME",
    "quantity": "QUANTITY", "unit": "UNIT_OF_MEASURE", "billable": "BILLABLE_FLAG",
    "reference": "ORIG_TRANSACTION_REFERENCE", "unmatched": "UNMATCHED_NEGATIVE_TXN_FLAG",
    "reversed": "REVERSED_ORIG_TXN_REFERENCE", "comment": "EXPENDITURE_COMMENT",
    "gl_date": "GL_DATE", "currency": "DENOM_CURRENCY_CODE", "raw_cost": "DENOM_RAW_COST",
    "context": "ATTRIBUTE_CATEGORY", "key_1": "ATTRIBUTE1", "key_2": "ATTRIBUTE2",
    "bill_amount": "ATTRIBUTE3", "bill_currency": "ATTRIBUTE4", "type": "TRANSACTION_TYPE",
}  # fmt: skip
JOURNAL_NAMES = {
    "status": "JOURNAL_STATUS", "accounting_date": "ACCOUNTING_DATE",
    "source": "USER_JE_SOURCE_NAME", "category": "USER_JE_CATEGORY_NAME",
    "currency": "CURRENCY_CODE", "created": "DATE_CREATED", "actual": "ACTUAL_FLAG",
    "segment": "SEGMENT1", "debit": "ENTERED_DR", "credit": "ENTERED_CR", "batch": "REFERENCE1",
    "batch_text": "REFERENCE2", "journal": "REFERENCE4", "journal_text": "REFERENCE5",
    "line_text": "REFERENCE10", "group": "GROUP_ID", "ledger": "LEDGER_NAME",
}  # fmt: skip


def test_every_position_is_that_of_oracles_control_files() -> None:
    stored = facts("PJC_EXPENDITURES")
    assert {name: stored[NAMES[name]] for name in COST_FIELDS} == COST_FIELDS
    stored = facts("GL_INTERFACE")
    named = {name: JOURNAL_POSITIONS[name] for name in JOURNAL_NAMES}
    assert {name: stored[column] for name, column in JOURNAL_NAMES.items()} == named


def test_an_expense_row_fills_the_fields_that_an_accepted_row_fills() -> None:
    name, (row,) = cells(written([expense_line("taxi")]))
    live = accepted("NONLABOR")
    assert (name, len(row)) == ("PjcTxnXfaceStageAll.csv", len(live))
    # Oracle takes task name or number, and the person's organization where none is named
    left_out = {22: "5.2", 27: "Consulting North US"}
    missing = {n: text for n, text in enumerate(live, start=1) if text and not row[n - 1]}
    assert missing == left_out
    assert row[34] == live[34] == "DOLLARS"
    assert row[32] == row[46] == "120.00"


def test_a_journal_row_fills_the_fields_that_an_accepted_row_fills() -> None:
    name, (debit, credit) = cells(written([journal_line("rent")]))
    live = accepted("NEW")
    assert (name, len(debit), len(credit)) == ("GlInterface.csv", len(live), len(live))
    missing = {n for n, text in enumerate(live, start=1) if text and not debit[n - 1]}
    # this firm's accounts have three segments, and Oracle finds the period by the date
    assert missing == {12, 13, 14, 95}
    assert (debit[38:40], credit[38:40]) == (["120.00", ""], ["", "120.00"])
    assert debit[66] == str(group_id("oracle_fusion-2026-06-US01-expense-000001"))


def test_a_labour_row_has_105_fields_and_oracles_dates() -> None:
    _, (row,) = cells(written([time_line(1, work_date=date(2026, 5, 9))]))
    assert (len(row), row[0], row[12], row[39]) == (105, "LABOR", "2026/05/09", "2026/06/15")
    assert (row[28], row[30], row[42]) == ("7.5000", "HOURS", "600.00")


def test_every_field_is_quoted_and_there_is_no_header() -> None:
    files = written([time_line(1, memo='He said "yes",\r\nthen\x00 left')])
    with zipfile.ZipFile(io.BytesIO(next(iter(files.values())))) as archive:
        text = archive.read("PjcTxnXfaceStageAll.csv").decode()
    assert text.startswith('"LABOR","US01 Business Unit","","Tieout"')
    assert text.count("\n") == 1
    assert '"He said ""yes"",  then  left"' in text


def test_names_of_the_firms_setup_come_from_its_options() -> None:
    options = {"transaction_source": "Ours", "time_expenditure_type": "Labour", "organizations":
               "US01=Consulting US"}  # fmt: skip
    _, (row,) = cells(written([time_line(1)], writer_of(fusion_system(**options))))
    assert (row[3], row[24], row[26]) == ("Ours", "Labour", "Consulting US")
    _, (plain,) = cells(written([time_line(1)], writer_for("oracle_fusion")))
    assert (plain[1], plain[3]) == ("US01", "Tieout")


def test_an_option_that_names_no_entity_is_refused() -> None:
    with pytest.raises(ConfigError, match="names no value"):
        writer_of(fusion_system(business_units="US1 Business Unit"))


def test_a_reversal_is_negative_and_names_what_it_reverses() -> None:
    row = time_line(1)
    _, (back,) = cells(written([reversal(row)]))
    assert (back[28], back[42], back[36], back[37]) == (
        "-7.5000",
        "-600.00",
        "",
        row["posting_key"],
    )
    refund = expense_line("refund", cost_amount_functional=Decimal(-40))
    _, (open_negative,) = cells(written([refund]))
    assert (open_negative[32], open_negative[40], open_negative[41]) == ("-40.00", "Y", "")


def test_a_reversed_journal_changes_sides_and_stays_positive() -> None:
    _, (cost, other) = cells(written([reversal(journal_line("rent"))]))
    assert (cost[38:40], other[38:40]) == (["", "120.00"], ["120.00", ""])
    assert cost[8:11] == ["101", "10", "6100"]


def test_long_keys_are_shortened_for_oracle_and_kept_whole_for_us() -> None:
    row = time_line("x" * 150)
    _, (wide,) = cells(written([row]))
    assert wide[35] == shorten(row["posting_key"], 120) != row["posting_key"]
    assert wide[88] + wide[89] == row["posting_key"]
    _, (debit, _) = cells(written([journal_line("rent")]))
    assert len(debit[42]) == len(debit[45]) == 25


# -- bounds --------------------------------------------------------------------------------------


def test_files_hold_no_more_rows_than_allowed_and_say_how_many_they_are() -> None:
    rows = [time_line(n) for n in range(7)]
    files = written(rows, OracleFusionWriter(rows_max=3))
    batch = "oracle_fusion-2026-06-US01-time-000001"
    assert list(files) == [f"{batch}-time-{n}of3-US01.zip" for n in (1, 2, 3)]
    assert read_files(files)["posting_key"].to_list() == [row["posting_key"] for row in rows]


def test_a_journal_is_never_parted() -> None:
    files = written([journal_line(n) for n in range(5)], OracleFusionWriter(rows_max=3))
    assert [len(cells(files, place)[1]) for place in range(5)] == [2] * 5


def test_files_hold_no_more_bytes_than_allowed() -> None:
    rows = [time_line(n, memo="x" * 200) for n in range(9)]
    files = written(rows, OracleFusionWriter(bytes_max=3000))
    assert len(files) > 2
    assert read_files(files)["posting_key"].to_list() == [row["posting_key"] for row in rows]


def test_lines_that_no_file_can_hold_are_listed_with_their_reason() -> None:
    files = written([time_line(1, erp_worker_id=None), time_line(2)])
    listed = pl.read_csv(files["oracle_fusion-2026-06-US01-time-000001-notsent-2of2-US01.csv"])
    assert listed["reason_code"].to_list() == ["WORKER_NOT_IN_ERP"]


def test_the_same_lines_give_the_same_bytes() -> None:
    rows = [expense_line("taxi"), journal_line("rent")]
    assert written(rows) == written(rows)


def zipped(name: str, content: str) -> dict[str, bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return {"a.zip": buffer.getvalue()}


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("ApInvoicesInterface.csv", "x", "no import file"),
        ("PjcTxnXfaceStageAll.csv", '"LABOR","US1"\n', "2 fields is no LABOR row"),
        ("GlInterface.csv", '"NEW"\n', "two rows of 148 fields"),
    ],
)
def test_what_is_no_import_file_is_refused(name: str, content: str, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_files(zipped(name, content))


def test_a_journal_whose_sides_differ_is_refused() -> None:
    _, rows = cells(written([journal_line("rent")]))
    rows[0][38] = "120.01"
    content = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    with pytest.raises(ValueError, match="not whole"):
        read_files(zipped("GlInterface.csv", content))
