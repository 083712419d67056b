"""Posting to the emulated SAP: one journal entry per line, whatever happens on the way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.sap_s4hana import open_session
from tests.nasty.posting_kit import frame, reversal
from tests.unit.posting_sap_s4hana.conftest import expense_line, time_line
from tests.unit.vendors_sap_s4hana.sap_tenant import sap_system
from tieout.domain.errors import (
    AuthenticationFailed,
    ConfigError,
    OutcomeUnknown,
    SystemUnreachable,
)
from tieout.posting.delivery.sap_s4hana import NO_WORD, create_delivery
from tieout.posting.registry import delivery_for, writer_for
from tieout.posting.writers.sap_s4hana import SapWriter
from tieout.posting.writers.sap_s4hana_entries import reference_of

ONE, TWO, TAXI = time_line(1), time_line(2), expense_line("taxi")
KEY = ONE["posting_key"]


def results(collected: Any) -> dict[str, tuple[str, str | None]]:
    """Posting key -> outcome and reason."""
    rows = collected.results["posting_key", "outcome", "reason_code"].iter_rows()
    return {key: (outcome, reason) for key, outcome, reason in rows}


def test_the_registry_finds_adapter_and_writer(site: Any, tmp_path: Any) -> None:
    system = sap_system(tmp_path)
    assert type(delivery_for(system, open_session(system))) is type(site.delivery())
    assert isinstance(writer_for("sap_s4hana"), SapWriter)


# -- what is posted ------------------------------------------------------------------------------


def test_a_line_becomes_two_balanced_items_with_every_figure_as_sealed(site: Any) -> None:
    late = time_line(1, work_date=date(2026, 5, 29), hours=Decimal("7.25"))
    assert results(site.submit(frame([late]))) == {KEY: ("accepted", None)}
    first, second = site.tenant.items()
    assert (first["GLAccount"], first["DebitCreditCode"]) == ("5100", "S")
    assert (first["AmountInCompanyCodeCurrency"], first["CompanyCodeCurrency"]) == ("600.00", "USD")
    assert (second["GLAccount"], second["DebitCreditCode"]) == ("2100", "H")
    assert second["AmountInCompanyCodeCurrency"] == "-600.00"
    assert first["DocumentItemText"] + second["DocumentItemText"] == KEY
    assert first["AccountingDocumentHeaderText"] == "7.25h 1387.5USD"
    assert (first["PostingDate"], first["DocumentDate"]) == (
        "/Date(1781481600000)/",
        "/Date(1780012800000)/",
    )
    assert (first["Project"], second["AssignmentReference"]) == ("P-1003", "41")


def test_what_is_read_back_is_what_was_sealed(site: Any) -> None:
    back = reversal(TAXI)
    collected = site.submit(frame([ONE, TAXI, back]))
    erp_ids = dict(collected.results["posting_key", "erp_id"].iter_rows())
    found = site.look_up(KEY, TAXI["posting_key"], back["posting_key"], "a:b:c:1:v1:cost")
    assert sorted(found.rows()) == sorted(
        (key, erp_ids[key], "journal_entry", date(2026, 6, 15), hours, amount, "USD", "posted")
        for key, hours, amount in (
            (KEY, Decimal("7.5"), Decimal(600)),
            (TAXI["posting_key"], Decimal(0), Decimal(120)),
            (back["posting_key"], Decimal(0), Decimal(-120)),
        )
    )
    assert erp_ids[KEY] == "US01/0100000000/2026"


def test_a_reversal_swaps_debit_and_credit(site: Any) -> None:
    site.submit(frame([reversal(ONE)]))
    first, second = site.tenant.items()
    assert [(row["DebitCreditCode"], row["AmountInCompanyCodeCurrency"]) for row in (first, second)
    ] == [("H", "-600.00"), ("S", "600.00")]  # fmt: skip
    assert first["AccountingDocumentHeaderText"] == "-7.5h -1387.5USD"


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason", "text"),
    [
        ({"accounting_date": date(2026, 5, 29)}, "PERIOD_CLOSED", "201(F5)"),
        ({"erp_project_id": "P-9"}, "PROJECT_UNMAPPED", "WBS element P-9 does not exist"),
        ({"erp_project_id": "P-1008"}, "PROJECT_INACTIVE", "System status CLSD"),
        ({"erp_project_id": None}, "PROJECT_UNMAPPED", "assignment to a CO object"),
        ({"debit_account_code": "9999"}, "ACCOUNT_UNMAPPED", "507(F5)"),
        ({"credit_account_code": None}, "ACCOUNT_UNMAPPED", "credit_account_code"),
        ({"legal_entity_id": "DE01"}, "REF_INVALID", "Company code DE01"),
        ({"legal_entity_id": "MERIDIAN"}, "REF_INVALID", "four characters"),
        ({"cost_amount_functional": Decimal("1.005")}, "AMOUNT_MISMATCH", "parts of a cent"),
        ({"cost_amount_functional": Decimal(0)}, "AMOUNT_MISMATCH", "no amount"),
    ],
)
def test_a_bad_line_is_rejected_with_its_reason_and_the_good_ones_go(
    site: Any, changes: dict[str, Any], reason: str, text: str
) -> None:
    bad, good = time_line(2, **changes), time_line(3)
    collected = site.submit(frame([ONE, bad, good]))
    assert results(collected) == {
        KEY: ("accepted", None),
        bad["posting_key"]: ("rejected", reason),
        good["posting_key"]: ("accepted", None),
    }
    told = dict(collected.results["posting_key", "message"].iter_rows())
    assert text in told[bad["posting_key"]]
    assert len(site.tenant.items()) == 4


def test_a_batch_of_which_nothing_can_be_sent_is_answered_without_a_message(site: Any) -> None:
    bad = time_line(2, cost_amount_functional=None)
    assert results(site.submit(frame([bad]))) == {
        bad["posting_key"]: ("rejected", "AMOUNT_MISMATCH")
    }
    assert site.tenant.posts() == 0


# -- answers that do not come --------------------------------------------------------------------


def test_a_submission_that_sap_never_got_is_absent(site: Any) -> None:
    assert site.collect("never").answer == "absent"
    site.tenant.fault("drop")
    with pytest.raises(OutcomeUnknown):
        site.submit(frame([ONE]))
    assert site.collect().answer == "absent"


@pytest.mark.parametrize("kind", ["lost_ack", "server_error", "unavailable", "html"])
def test_an_answer_that_did_not_come_is_unknown_and_nothing_is_sent_again(
    site: Any, kind: str
) -> None:
    site.tenant.fault(kind)
    with pytest.raises(OutcomeUnknown):
        site.submit(frame([ONE]))
    assert site.collect().answer == ("done" if kind == "lost_ack" else "absent")
    assert site.tenant.posts() == 1


def test_a_fault_says_that_nothing_was_handed_over(site: Any) -> None:
    site.tenant.fault("period_closed")
    with pytest.raises(SystemUnreachable, match="the service refused a message"):
        site.submit(frame([ONE]))
    assert site.collect().answer == "absent"


def test_too_many_requests_say_that_nothing_was_handed_over(site: Any) -> None:
    site.tenant.fault("rate_limited")
    with pytest.raises(SystemUnreachable, match="429"):
        site.submit(frame([ONE]))
    assert results(site.submit(frame([ONE]))) == {KEY: ("accepted", None)}


def test_a_row_that_lacks_a_property_is_no_answer(site: Any) -> None:
    site.submit(frame([ONE]))
    body = {"d": {"results": [{"DocumentReferenceID": reference_of(KEY)}]}}
    site.tenant.fault("ok_with_error", "Cube", body=body)
    with pytest.raises(SystemUnreachable, match="was answered with"):
        site.look_up(KEY)


def test_a_wrong_password_is_told_as_such(site: Any) -> None:
    lines = frame([ONE])
    site.tenant.fault("unauthorized")
    with pytest.raises(AuthenticationFailed):
        site.submit(lines)
    assert site.tenant.items() == []


def test_a_taken_message_is_pending_until_it_is_carried_out(site: Any) -> None:
    site.tenant.habits.delay = timedelta(hours=1)
    assert site.submit(frame([ONE])).answer == "pending"
    site.tenant.wait(3600)
    assert results(site.collect()) == {KEY: ("accepted", None)}


def test_a_lost_confirmation_is_made_up_for_by_the_books(site: Any) -> None:
    site.tenant.habits.lost_confirmations = 1
    collected = site.submit(frame([ONE]))
    assert results(collected) == {KEY: ("accepted", None)}
    assert collected.results["erp_id"].to_list() == ["US01/0100000000/2026"]


def test_a_purged_refusal_is_pending_until_its_time_is_over(site: Any) -> None:
    site.tenant.habits.purged = {reference_of(TWO["posting_key"])}
    assert site.submit(frame([ONE, TWO])).answer == "pending"
    site.tenant.wait(24 * 3600)
    collected = site.collect()
    assert (collected.answer, collected.message) == ("done", NO_WORD)
    assert results(collected) == {KEY: ("accepted", None)}


def test_an_answer_without_a_record_of_what_was_sent_is_not_guessed(site: Any) -> None:
    site.submit(frame([ONE]))
    (site.tenant.mailbox.folder / "sent" / "b-1.json").unlink()
    with pytest.raises(SystemUnreachable, match="restore that folder"):
        site.collect()


def test_a_confirmation_of_an_earlier_batch_is_not_taken_for_a_later_one(site: Any) -> None:
    closed = time_line(1, accounting_date=date(2026, 5, 29))
    assert results(site.submit(frame([closed])))[KEY] == ("rejected", "PERIOD_CLOSED")
    assert results(site.submit(frame([ONE]), "b-2"))[KEY] == ("accepted", None)


def test_handing_over_twice_leaves_out_what_is_in_the_books(site: Any) -> None:
    site.submit(frame([ONE, TWO]))
    again = site.submit(frame([ONE, TWO]))
    assert {outcome for outcome, _ in results(again).values()} == {"accepted"}
    assert (len(site.tenant.items()), site.tenant.posts()) == (4, 1)


def test_one_lost_message_of_several_is_waited_for_and_then_told_as_an_outage(site: Any) -> None:
    lines = frame([time_line(n) for n in range(5)])
    site.tenant.fault("drop", after=1)
    with pytest.raises(OutcomeUnknown):
        site.submit(lines, entries_max=2)
    assert (site.tenant.posts(), site.collect().answer) == (3, "pending")
    site.tenant.wait(300)
    told = list(results(site.collect()).values())
    assert (told.count(("accepted", None)), told.count(("rejected", "OUTAGE"))) == (3, 2)


@pytest.mark.parametrize("kind", ["html", "ok_with_error", "truncated", "unauthorized"])
def test_a_look_up_without_a_usable_answer_never_says_absent(site: Any, kind: str) -> None:
    site.submit(frame([ONE]))
    site.tenant.fault(kind, "Cube", times=9)
    with pytest.raises(SystemUnreachable):
        site.look_up(KEY)
    with pytest.raises(SystemUnreachable):
        site.collect("never")


def test_more_keys_than_a_question_takes_are_asked_in_parts(site: Any) -> None:
    site.submit(frame([ONE]))
    keys = [f"meridian:sap_us:harvest_us:x{n}:v1:cost" for n in range(200)]
    assert site.look_up(*keys, KEY, KEY)["posting_key"].to_list() == [KEY]


def test_an_entry_that_a_person_reversed_is_shown_as_a_draft(site: Any) -> None:
    site.submit(frame([ONE]))
    site.tenant.reverse(100_000_000)
    assert site.look_up(KEY)["state"].to_list() == ["draft"]


@pytest.mark.parametrize("value", [-1, True, "soon", 1_000_001])
def test_an_option_out_of_bounds_is_refused(tmp_path: Any, value: Any) -> None:
    system = sap_system(tmp_path)
    system.options["settle_seconds"] = value
    with pytest.raises(ConfigError, match="settle_seconds"):
        create_delivery(system, object())  # type: ignore[arg-type]
