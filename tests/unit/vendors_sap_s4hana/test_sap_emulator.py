"""The emulated SAP tenant: login, messages, confirmations, and reading by OData."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.nasty.posting_kit import frame, line
from tests.unit.vendors_sap_s4hana.sap_tenant import NOW, SETUP, Tenant
from tieout.posting.acks.sap_s4hana import read_confirmation, read_fault
from tieout.posting.writers.sap_s4hana_entries import split
from tieout.posting.writers.sap_s4hana_message import message_of
from tieout.sandbox.vendors.sap_s4hana import create_app
from tieout.sandbox.vendors.sap_s4hana_odata import CUBE, BadQuery, read_filter


def message(*rows: dict[str, Any], message_id: str = "M-1") -> bytes:
    """A message of some lines."""
    entries, refused = split(frame(list(rows)), "b-1")
    assert not refused
    return message_of(message_id, NOW, entries)


def work(record: int, **changes: Any) -> dict[str, Any]:
    return line(record, **{"target": "sap_us", "erp_project_id": "P-1003", **changes})


def received(tenant: Tenant) -> list[tuple[bool, str]]:
    """Whether each confirmed entry was posted, and what was said, in order."""
    folder = tenant.mailbox.folder / "received"
    files = sorted(folder.iterdir()) if folder.exists() else []
    return [
        (told.document is not None, told.message)
        for path in files
        for told in read_confirmation(path.read_bytes())
    ]


def test_without_the_users_credentials_nothing_is_answered(tenant: Tenant) -> None:
    assert tenant.http.get(CUBE).status_code == 401
    assert tenant.http.get(CUBE, auth=("TIEOUT", "wrong")).status_code == 401
    assert tenant.http.post("/sap/bc/anything", auth=("a", "b")).status_code == 401


def test_a_message_is_taken_at_once_and_carried_out_later(tenant: Tenant) -> None:
    tenant.habits.delay = timedelta(minutes=5)
    answer = tenant.post(message(work(1)))
    assert (answer.status_code, answer.data) == (202, b"")
    assert tenant.items() == []
    tenant.wait(300)
    assert len(tenant.items()) == 2
    ((is_posted, text),) = received(tenant)
    assert is_posted
    assert text == "605(RW) Document posted successfully: BKPFF 0100000000US012026 0M4SMVI"


def test_each_entry_has_its_own_fate(tenant: Tenant) -> None:
    late = work(2, accounting_date=date(2026, 5, 29))
    tenant.post(message(work(1), late, work(3)))
    assert len(tenant.items()) == 4
    assert [posted for posted, _ in received(tenant)] == [True, False, True]
    assert received(tenant)[1][1].endswith("201(F5) Posting period 005 2026 is not open")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"<CompanyCode>US01<", b"<CompanyCode><", "CompanyCode is missing"),
        (b"<CompanyCode>US01<", b"<CompanyCode>US0100<", "longer than 4"),
        (b"<ID>M-1<", b"<ID>" + b"x" * 36 + b"<", "longer than 35"),
        (b"JournalEntryCreateRequest>", b"Other>", "MessageHeader/ID is missing"),
        (b"2026-06-15</PostingDate", b"soon</PostingDate", "Invalid isoformat"),
        (b">600.00<", b">six<", "six is no amount"),
        (b"<?xml", b"<!DOCTYPE a><?xml", "XML"),
    ],
)
def test_what_the_interface_does_not_take_is_a_fault(
    tenant: Tenant, old: bytes, new: bytes, told: str
) -> None:
    answer = tenant.post(message(work(1)).replace(old, new))
    assert answer.status_code == 500
    assert told in (read_fault(answer.data) or "")
    assert tenant.items() == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"<DebitCreditCode>S<", b"<DebitCreditCode>H<", "do not agree"),
        (b">600.00<", b">601.00<", "702(F5) Balance in transaction currency"),
        (b"<GLAccount>2100<", b"<GLAccount>9<", "004(FH) Account 9 does not exist"),
        (b"P-1003", b"P-1008", "System status CLSD"),
    ],
)
def test_what_accounting_does_not_take_is_refused_in_the_confirmation(
    tenant: Tenant, old: bytes, new: bytes, told: str
) -> None:
    tenant.post(message(work(1)).replace(old, new))
    assert tenant.items() == []
    ((is_posted, text),) = received(tenant)
    assert not is_posted
    assert told in text


def test_the_same_message_twice_is_posted_twice_unless_the_tenant_minds(tenant: Tenant) -> None:
    tenant.post(message(work(1)))
    tenant.post(message(work(1)))
    assert len(tenant.items()) == 4
    tenant.habits.refuses_known_messages = True
    assert tenant.post(message(work(1))).status_code == 202
    assert len(tenant.items()) == 4


def test_closed_dates_are_moved_only_where_the_tenant_does_so(tenant: Tenant) -> None:
    tenant.habits.shifts_closed_dates = True
    tenant.post(message(work(1, accounting_date=date(2026, 5, 29))))
    assert {row["PostingDate"] for row in tenant.items()} == {"/Date(1780272000000)/"}


def test_confirmations_get_lost_and_refusals_purged_on_request(tenant: Tenant) -> None:
    tenant.habits.lost_confirmations = 1
    tenant.post(message(work(1)))
    assert len(tenant.items()) == 2
    assert received(tenant) == []
    entries, _ = split(frame([work(2)]), "b-1")
    tenant.habits.purged = {entries[0].reference}
    tenant.post(message(work(2), message_id="M-2"))
    assert len(tenant.items()) == 2
    assert received(tenant) == []


def test_the_books_survive_a_restart(tenant: Tenant) -> None:
    tenant.post(message(work(1)))
    before = tenant.items()
    tenant.restart()
    assert tenant.items() == before


def test_a_selection_is_filtered_ordered_and_cut(tenant: Tenant) -> None:
    tenant.post(message(work(1), work(2), work(3)))
    answer = tenant.get(
        **{
            "$filter": "(GLAccount eq '5100' or GLAccount eq 'x') and DebitCreditCode ne 'H'"
            " and PostingDate ge datetime'2026-06-15T00:00:00' and IsReversed eq false",
            "$select": "AccountingDocument,GLAccount",
            "$orderby": "AccountingDocument",
            "$top": "1",
            "$skip": "1",
        }
    )
    (row,) = json.loads(answer.data)["d"]["results"]
    row.pop("__metadata")
    assert row == {"AccountingDocument": "0100000001", "GLAccount": "5100"}


def test_a_page_that_is_full_names_the_next_one(tenant: Tenant) -> None:
    tenant.app = create_app(SETUP, lambda: tenant.moment, tenant.folder / "state", page_max=3)
    tenant.http = type(tenant.http)(tenant.app)
    tenant.post(message(work(1), work(2)))
    first = json.loads(tenant.get().data)["d"]
    assert len(first["results"]) == 3
    query = parse_qs(urlsplit(first["__next"]).query)
    rest = json.loads(tenant.get(**{name: values[0] for name, values in query.items()}).data)["d"]
    assert (len(rest["results"]), "__next" in rest) == (1, False)


@pytest.mark.parametrize(
    "query",
    [
        {"$filter": "Unknown eq 'x'"},
        {"$filter": "GLAccount eq"},
        {"$filter": "(GLAccount eq '5100'"},
        {"$filter": "GLAccount eq 'a' GLAccount eq 'b'"},
        {"$filter": "GLAccount like 'a'"},
        {"$filter": "GLAccount eq 5100"},
        {"$select": "AccountingDocumentNumber"},
        {"$orderby": "Nothing"},
        {"$top": "many"},
    ],
)
def test_a_question_that_sap_does_not_understand_is_refused(
    tenant: Tenant, query: dict[str, str]
) -> None:
    answer = tenant.get(**query)
    assert answer.status_code == 400
    assert json.loads(answer.data)["error"]["message"]["value"]


def test_a_quote_in_a_literal_is_doubled() -> None:
    assert read_filter("GLAccount eq 'it''s'")({"GLAccount": "it's"})
    with pytest.raises(BadQuery):
        read_filter("GLAccount eq 'it's'")
