"""What SAP says and how it reaches us: confirmations, refusals, the mailbox and its receiver."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from tieout.domain.reasons import REASONS
from tieout.domain.safe_xml import BYTES_MAX, parse_xml
from tieout.posting.acks.base import classify
from tieout.posting.acks.sap_s4hana import RULES, Confirmation, read_confirmation, read_fault
from tieout.posting.delivery.sap_s4hana_mailbox import Mailbox, SentBatch, SentMessage
from tieout.posting.delivery.sap_s4hana_receiver import create_receiver

POSTED = b"""<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/">
<soap-env:Header/><soap-env:Body><n0:JournalEntryBulkCreateConfirmation
 xmlns:n0="http://sap.com/xi/SAPSCORE/SFIN"><MessageHeader><ReferenceID>MSG_2024-03-28</ReferenceID>
</MessageHeader><ConfirmationInterfaceOrignName/><JournalEntryCreateConfirmation><MessageHeader>
<ReferenceID>SUB_MSG_2024-03-28</ReferenceID></MessageHeader><JournalEntryCreateConfirmation>
<AccountingDocument>0100000008</AccountingDocument><CompanyCode>1410</CompanyCode>
<FiscalYear>2024</FiscalYear></JournalEntryCreateConfirmation><Log>
<MaximumLogItemSeverityCode>1</MaximumLogItemSeverityCode><Item><TypeID>605(RW)</TypeID>
<SeverityCode>1</SeverityCode>
<Note>Document posted successfully: BKPFF 010000000814102024 0M4SMVI</Note></Item></Log>
</JournalEntryCreateConfirmation><Log/></n0:JournalEntryBulkCreateConfirmation></soap-env:Body>
</soap-env:Envelope>"""

REFUSED = b"""<n0:JournalEntryBulkCreateConfirmation xmlns:n0="http://sap.com/xi/SAPSCORE/SFIN">
<JournalEntryCreateConfirmation><MessageHeader><ReferenceID>E1</ReferenceID></MessageHeader>
<JournalEntryCreateConfirmation><AccountingDocument>0000000000</AccountingDocument>
<CompanyCode> </CompanyCode><FiscalYear>0000</FiscalYear></JournalEntryCreateConfirmation><Log>
<MaximumLogItemSeverityCode>3</MaximumLogItemSeverityCode>
<Item><TypeID>609(RW)</TypeID><SeverityCode>3</SeverityCode><Note>Error in document: BKPFF $ X
</Note></Item>
<Item><TypeID>102(F5)</TypeID><SeverityCode>3</SeverityCode>
<Note>Customer 2 is not defined in company code LJJA</Note></Item>
<Item><TypeID>102(F5)</TypeID><SeverityCode>3</SeverityCode>
<Note>Customer 2 is not defined in company code LJJA</Note></Item></Log>
</JournalEntryCreateConfirmation></n0:JournalEntryBulkCreateConfirmation>"""

BOMB = b'<!DOCTYPE a [<!ENTITY x "boom"><!ENTITY y "&x;&x;">]><a>&y;</a>'


# -- reading -------------------------------------------------------------------------------------


def test_a_posted_entry_is_read_with_its_document() -> None:
    assert read_confirmation(POSTED) == [
        Confirmation(
            "SUB_MSG_2024-03-28",
            "1410/0100000008/2024",
            None,
            "605(RW) Document posted successfully: BKPFF 010000000814102024 0M4SMVI",
        )
    ]


def test_a_refused_entry_is_read_with_reason_and_saps_words_once() -> None:
    assert read_confirmation(REFUSED) == [
        Confirmation(
            "E1",
            None,
            "REF_INVALID",
            "609(RW) Error in document: BKPFF $ X; "
            "102(F5) Customer 2 is not defined in company code LJJA",
        )
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b">0100000008<", b">          <"),
        (b">0100000008<", b">0000000000<"),
        (b"<FiscalYear>2024", b"<FiscalYear>0000"),
        (b"SeverityCode>1<", b"SeverityCode>3<"),
    ],
)
def test_an_entry_counts_as_posted_only_with_number_year_and_no_error(
    old: bytes, new: bytes
) -> None:
    (told,) = read_confirmation(POSTED.replace(old, new))
    assert (told.document, told.reason_code is None) == (None, False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("201(F5) Posting period 005 2026 is not open", "PERIOD_CLOSED"),
        ("507(F5) G/L account 1002 is not defined in chart of accounts YCOA", "ACCOUNT_UNMAPPED"),
        ("004(FH) Account 1002 does not exist in chart of accounts YCOA", "ACCOUNT_UNMAPPED"),
        ("104(F5) Vendor 141 is not defined in company code LJJA", "REF_INVALID"),
        ("702(F5) Balance in transaction currency", "UNBALANCED"),
        ("002(CJ) WBS element P-9 does not exist", "PROJECT_UNMAPPED"),
        ("021(BS) System status CLSD is active (WBS P-1)", "PROJECT_INACTIVE"),
        ("Account 5100 requires an assignment to a CO object", "PROJECT_UNMAPPED"),
        ("Enter rate EUR / USD rate type M for 15.06.2026 in the system settings", "FX_MISSING"),
        ("Company code US01 is locked by user JSMITH", "RECORD_LOCKED"),
        ("No authorization for company code US01", "PERMISSION_DENIED"),
        ("something nobody knows", "REJECTED"),
    ],
)
def test_saps_words_mean_one_of_our_reasons(text: str, reason: str) -> None:
    assert classify(text, RULES) == reason
    assert reason in REASONS


def test_every_rule_leads_to_a_reason_of_the_list() -> None:
    assert {rule.reason_code for rule in RULES} <= set(REASONS)


@pytest.mark.parametrize("data", [b"", b"<html/>", POSTED[:300], BOMB])
def test_what_is_no_confirmation_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="XML"):
        read_confirmation(data)


def test_a_document_type_is_refused_before_its_entities_are_read() -> None:
    with pytest.raises(ValueError, match="declares a document type"):
        parse_xml(BOMB)
    with pytest.raises(ValueError, match="declares a document type"):
        parse_xml(BOMB.decode().encode("utf-16"))
    with pytest.raises(ValueError, match="more than"):
        parse_xml(b" " * (BYTES_MAX + 1))


def test_a_fault_is_told_from_other_answers() -> None:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    fault = f'<s:Envelope xmlns:s="{soap}"><s:Body><s:Fault>{{}}</s:Fault></s:Body></s:Envelope>'
    assert (
        read_fault(fault.format("<faultstring>No service</faultstring>").encode()) == "No service"
    )
    assert read_fault(fault.format("").encode()) == "a SOAP fault without a text"
    assert read_fault(POSTED) is None
    assert read_fault(b"<html>") is None


# -- the mailbox ---------------------------------------------------------------------------------


def sent() -> SentBatch:
    moment = datetime(2026, 7, 3, 6, tzinfo=UTC)
    return SentBatch(
        "b-1",
        (SentMessage("m-1", moment, False, {"E1": "k1"}), SentMessage("m-2", moment, False, {})),
        (("k9", "REF_INVALID", "why"),),
    )


def test_what_was_recorded_is_read_back_by_a_new_process(tmp_path: Path) -> None:
    Mailbox(tmp_path).record(sent())
    assert Mailbox(tmp_path).recorded("b-1") == sent()
    assert Mailbox(tmp_path).recorded("b-2") is None
    taken = sent().taken("m-1")
    assert [message.is_taken for message in taken.messages] == [True, False]


def test_a_file_that_is_written_in_parts_is_read_when_it_is_whole(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    path = tmp_path / "received" / "from-middleware.xml"
    path.parent.mkdir()
    path.write_bytes(REFUSED[:200])
    assert box.confirmations({"E1"}) == ({}, 1)
    path.write_bytes(REFUSED)
    found, unreadable = box.confirmations({"E1"})
    assert (list(found), unreadable) == (["E1"], 0)
    assert box.confirmations({"E2"}) == ({}, 0)


def test_an_entry_confirmed_twice_is_posted_when_one_of_them_says_so(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    posted = POSTED.replace(b"SUB_MSG_2024-03-28", b"E1")
    for data in (REFUSED, posted, posted):
        box.receive(data)
    assert len(list((tmp_path / "received").iterdir())) == 2
    found, _ = box.confirmations({"E1"})
    assert found["E1"].document == "1410/0100000008/2024"


# -- the receiver --------------------------------------------------------------------------------


@pytest.fixture
def receiver(tmp_path: Path) -> Any:
    return Client(create_receiver(Mailbox(tmp_path), "sap", "päss:word"))


def test_a_confirmation_is_on_the_disk_before_sap_is_told(receiver: Any, tmp_path: Path) -> None:
    answer = receiver.post("/any/path", data=POSTED, auth=("sap", "päss:word"))
    assert answer.status_code == 202
    (path,) = (tmp_path / "received").iterdir()
    assert path.read_bytes() == POSTED


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"auth": ("sap", "wrong")}, 401),
        ({}, 401),
        ({"headers": {"Authorization": "Basic ###"}}, 401),
        ({"headers": {"Authorization": "Bearer abc"}}, 401),
        ({"auth": ("sap", "päss:word"), "data": BOMB}, 400),
        ({"auth": ("sap", "päss:word"), "data": b"<a/>"}, 400),
        (
            {"auth": ("sap", "päss:word"), "environ_overrides": {"CONTENT_LENGTH": "99999999999"}},
            413,
        ),
        ({"auth": ("sap", "päss:word"), "environ_overrides": {"CONTENT_LENGTH": "many"}}, 411),
    ],
)
def test_nothing_else_is_stored(
    receiver: Any, tmp_path: Path, options: dict[str, Any], status: int
) -> None:
    assert receiver.post("/", **{"data": POSTED, **options}).status_code == status
    assert not (tmp_path / "received").exists()


def test_a_receiver_only_receives(receiver: Any) -> None:
    assert receiver.get("/", auth=("sap", "päss:word")).status_code == 405
