"""SAP's files: the same bytes for the same lines, nothing lost, and SAP's limits kept."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.golden.posting_files.generate import golden, written
from tests.golden.posting_files.sample_lines import header, samples
from tests.nasty.posting_kit import frame, reversal
from tests.unit.posting_sap_s4hana.conftest import expense_line, time_line
from tieout.domain.safe_xml import child_text, children, parse_xml
from tieout.posting.writers.sap_s4hana import SapWriter, create_writer, read_files, read_uploads
from tieout.posting.writers.sap_s4hana_entries import (
    Unpostable,
    entry_id_of,
    key_in,
    key_texts,
    reference_of,
)
from tieout.posting.writers.sap_s4hana_message import read_message, without
from tieout.posting.writers.sap_s4hana_upload import HEADER_COLUMNS, ITEM_COLUMNS, read_upload

LENGTHS = {
    "ID": 35, "DocumentReferenceID": 16, "DocumentHeaderText": 25, "CreatedByUser": 12,
    "CompanyCode": 4, "GLAccount": 10, "DocumentItemText": 50, "AssignmentReference": 18,
    "WBSElement": 24,
}  # fmt: skip
"""Field -> length, as SAP's own client library lists them; MessageHeader/ID has 35."""

HEADER_ORDER = [
    "OriginalReferenceDocumentType", "BusinessTransactionType", "AccountingDocumentType",
    "DocumentReferenceID", "DocumentHeaderText", "CreatedByUser", "CompanyCode", "DocumentDate",
    "PostingDate", "TaxDeterminationDate", "Item", "Item",
]  # fmt: skip
ITEM_ORDER = [
    "ReferenceDocumentItem", "GLAccount", "AmountInTransactionCurrency", "DebitCreditCode",
    "DocumentItemText", "AssignmentReference", "AccountAssignment",
]  # fmt: skip


def files_of(rows: list[dict[str, Any]], writer: SapWriter | None = None) -> dict[str, bytes]:
    lines = frame(rows)
    return (writer or create_writer()).files(lines, header("sap_us", "time", lines))


def journal_entries(files: dict[str, bytes]) -> list[Any]:
    """Every JournalEntry element of the messages."""
    xml = [data for name, data in sorted(files.items()) if name.endswith(".xml")]
    return [node for data in xml for node in parse_xml(data).iter("JournalEntry")]


def test_the_files_are_the_golden_files() -> None:
    assert written("sap_s4hana") == golden("sap_s4hana")
    assert len(golden("sap_s4hana")) == 4


@pytest.mark.parametrize("stream", ["time", "expense"])
def test_the_golden_files_hold_every_figure_of_the_samples(stream: str) -> None:
    kept = {
        name: data for name, data in golden("sap_s4hana").items() if name.startswith(f"{stream}/")
    }
    lines = samples("sap_s4hana")[stream]
    for read in (read_files(kept), read_uploads(kept)):
        assert_same_figures(read, lines)


def assert_same_figures(read: pl.DataFrame, lines: pl.DataFrame) -> None:
    expected = lines.select(
        "posting_key", pl.col("legal_entity_id").alias("company_code"), "accounting_date",
        "work_date", "hours", pl.col("cost_amount_functional").alias("amount"),
        pl.col("functional_currency_code").alias("currency_code"),
        pl.col("bill_amount_contract").alias("bill_amount"), "debit_account_code",
        "credit_account_code", pl.col("erp_project_id").alias("project"),
        pl.col("erp_worker_id").alias("worker"),
    )  # fmt: skip
    assert read.drop("bill_currency_code").rows() == expected.rows()


def test_names_order_and_lengths_are_those_of_saps_interface() -> None:
    key = "R:" + "k" * 60 + ":v1:cost"
    rows = [time_line(1), time_line(2, posting_key=key, erp_worker_id="w" * 40), expense_line(3)]
    files = files_of(rows)
    (message,) = [data for name, data in files.items() if name.endswith(".xml")]
    root = parse_xml(message)
    assert root.tag == "{http://schemas.xmlsoap.org/soap/envelope/}Envelope"
    request = next(children(root, "Body"))[0]
    assert request.tag == "{http://sap.com/xi/SAPSCORE/SFIN}JournalEntryBulkCreateRequest"
    assert [node.tag for node in request][:2] == ["MessageHeader", "JournalEntryCreateRequest"]
    for entry in journal_entries(files):
        assert [node.tag for node in entry] == HEADER_ORDER
        first, second = children(entry, "Item")
        assert [node.tag for node in first] == ITEM_ORDER
        assert [node.tag for node in second] == ITEM_ORDER[:-1]
        amounts = [Decimal(child_text(item, "AmountInTransactionCurrency")) for item in entry[-2:]]
        codes = [child_text(item, "DebitCreditCode") for item in entry[-2:]]
        assert sum(amounts) == 0
        assert codes == ["S" if amount > 0 else "H" for amount in amounts]
    for node in root.iter():
        assert len(node.text or "") <= LENGTHS.get(node.tag, 10**6), node.tag


def test_the_ids_of_a_batch_are_unique_and_those_of_a_second_attempt_are_others() -> None:
    keys = [time_line(n)["posting_key"] for n in range(50)]
    assert len({reference_of(key) for key in keys}) == 50
    ids = {entry_id_of(key, batch) for key in keys for batch in ("b-1", "b-2")}
    assert len(ids) == 100
    assert reference_of("a:b:c:1:v1:cost") != "a:b:c:1:v1:cost"


def test_the_same_lines_give_the_same_bytes() -> None:
    rows = [time_line(1), expense_line("taxi")]
    assert files_of(rows) == files_of(rows)


def test_the_sheet_has_the_layout_of_saps_template() -> None:
    files = files_of([time_line(1), reversal(time_line(2))])
    (data,) = [content for name, content in files.items() if name.endswith(".xlsx")]
    assert {info.date_time[:3] for info in zipfile.ZipFile(io.BytesIO(data)).infolist()} == {
        (1980, 1, 1)
    }
    rows = [
        tuple(row)
        for row in openpyxl.load_workbook(io.BytesIO(data))
        .worksheets[0]
        .iter_rows(values_only=True)
    ]
    assert rows[3][0] == "Batch ID"
    assert rows[5][:2] == ("1", "Header")
    assert rows[6][1 : 1 + len(HEADER_COLUMNS)] == tuple(HEADER_COLUMNS)
    assert rows[10][1] == "Line Items"
    assert rows[12][1 : 1 + len(ITEM_COLUMNS)] == tuple(ITEM_COLUMNS)
    debit, credit = (list(ITEM_COLUMNS).index(name) + 1 for name in ("WRSOL", "WRHAB"))
    assert [(row[debit], row[credit]) for row in rows[14:16]] == [
        ("600.00", None),
        (None, "600.00"),
    ]
    assert [(row[debit], row[credit]) for row in rows[-2:]] == [("600.00", None), (None, "600.00")][
        ::-1
    ]


def test_files_hold_no_more_entries_than_allowed() -> None:
    rows = [time_line(n) for n in range(7)]
    files = files_of(rows, SapWriter(entries_max=3))
    assert sorted(name.rpartition("-2026-06-US01-time-000001-")[2] for name in files) == [
        "journal-entries-001.xml", "journal-entries-002.xml", "journal-entries-003.xml",
        "upload-001.xlsx", "upload-002.xlsx", "upload-003.xlsx",
    ]  # fmt: skip
    assert read_files(files)["posting_key"].to_list() == [row["posting_key"] for row in rows]
    ids = [read_message(data).message_id for name, data in files.items() if name.endswith(".xml")]
    assert len(set(ids)) == 3


def test_lines_of_which_no_entry_can_be_made_are_listed_with_their_reason() -> None:
    files = files_of([time_line(1, credit_account_code=None)])
    ((name, content),) = files.items()
    assert name.endswith("-not-sent.csv")
    assert (
        content.decode()
        .splitlines()[1]
        .endswith(":cost,ACCOUNT_UNMAPPED,credit_account_code is not in the account map")
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"posting_key": "k" * 101},
        {"posting_key": "a:b:c:\x07:v1:cost"},
        {"posting_key": "a:b:c:\U0001f600:v1:cost"},
        {"erp_project_id": "P" * 25},
        {"debit_account_code": "1" * 11},
        {"cost_amount_functional": Decimal(10) ** 13},
        {"hours": Decimal("-12345678901.1234"), "bill_amount_contract": Decimal("-12345678.12")},
    ],
)
def test_what_does_not_fit_is_refused_and_never_cut(changes: dict[str, Any]) -> None:
    assert list(files_of([time_line(1, **changes)])) == [
        "sap_us-2026-06-US01-time-000001-not-sent.csv"
    ]


def test_entries_can_be_left_out_of_a_message() -> None:
    files = files_of([time_line(1), time_line(2)])
    (data,) = [content for name, content in files.items() if name.endswith(".xml")]
    first, second = read_message(data).entries
    assert without(data, set()) == data
    rest = without(data, {first.entry_id})
    assert rest is not None
    assert read_message(rest).entries == (second,)
    assert read_message(rest).message_id == read_message(data).message_id
    assert without(data, {first.entry_id, second.entry_id}) is None


@pytest.mark.parametrize("data", [b"", b"<a/>", b"<JournalEntry/>", b"<!DOCTYPE a><a/>"])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"XML|no JournalEntryBulkCreateRequest"):
        read_files({"x.xml": data})


def test_what_is_no_sheet_of_ours_is_refused() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["anything"])
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(ValueError, match="no Header block"):
        read_upload(buffer.getvalue())


def amounts(places: int, limit: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(-limit, limit, places=places, allow_nan=False)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], max_codepoint=0xD7FF))
CODES = st.text("ABCdef0123-", min_size=1, max_size=10)
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@st.composite
def posting_rows(draw: st.DrawFn) -> dict[str, Any]:
    make = time_line if draw(st.booleans()) else expense_line
    return make(
        draw(st.text("abc 0/ü?#&<>'\"", min_size=1, max_size=20)),
        version=draw(st.integers(1, 2**53)),
        accounting_date=draw(DAYS),
        work_date=draw(DAYS),
        hours=draw(amounts(4, 999)),
        cost_amount_functional=draw(amounts(2, 10**9).filter(bool)),
        bill_amount_contract=draw(amounts(2, 99_999)),
        contract_currency_code=draw(st.sampled_from(["USD", "EUR", "JPY"])),
        debit_account_code=draw(CODES),
        credit_account_code=draw(CODES),
        erp_worker_id=draw(CODES),
        erp_project_id=draw(CODES),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(posting_rows(), min_size=1, max_size=5), st.integers(1, 4))
def test_reading_the_files_gives_back_every_posted_figure(
    rows: list[dict[str, Any]], entries_max: int
) -> None:
    files = files_of(rows, SapWriter(entries_max))
    assert not [name for name in files if name.endswith(".csv")]
    assert_same_figures(read_files(files), frame(rows))
    assert_same_figures(read_uploads(files), frame(rows))


@given(TEXTS)
def test_a_key_that_fits_is_read_back_and_any_other_is_refused(key: str) -> None:
    try:
        first, second = key_texts(key)
    except Unpostable:
        assert len(key.replace(" ", "%20")) > 100 or any(
            sign.isspace() and sign != " " for sign in key
        )
        return
    assert max(len(first), len(second)) <= 50
    assert (first, second) == (first.strip(), second.strip())
    assert "%20" in key or key_in(first, second) == key
