"""Answers that do not come, come late or are none: still one document per line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from werkzeug.test import run_wsgi_app

from tests.nasty.posting_kit import SmallFirm, SmallHome, frame, open_gate
from tests.unit.vendors_business_central.small_company import (
    HOST,
    NOW,
    Company,
    expense_line,
    time_line,
)
from tieout.domain.errors import AuthenticationFailed, OutcomeUnknown, SystemUnreachable
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.posting.ledger import Ledger
from tieout.posting.run import post_target
from tieout.posting.writers.business_central import create_writer

ONE = time_line(1)
KEY = ONE["posting_key"]
FILL, POST, MAKE = r"/\$batch", r"NAV\.post", r"companies\([^/]*\)/journals$"
STEPS = {"make": MAKE, "fill": FILL, "post": POST}


def state_of(company: Company) -> str | None:
    """How the company holds the one line."""
    held = company.look_up(KEY)
    return held[KEY][0].state if held else None


@pytest.mark.parametrize(
    ("step", "kind", "state"),
    [
        ("make", "lost_ack", None), ("fill", "lost_ack", "draft"), ("post", "lost_ack", "posted"),
        ("make", "drop", None), ("fill", "drop", None), ("post", "drop", "draft"),
        ("fill", "server_error", None), ("post", "server_error", "draft"),
        ("fill", "unavailable", None), ("post", "html", "draft"), ("fill", "html", None),
        ("fill", "ok_with_error", None), ("fill", "truncated", "draft"),
    ],
)  # fmt: skip
def test_an_answer_that_did_not_come_leaves_the_line_in_doubt_and_the_next_call_ends_it(
    company: Company, step: str, kind: str, state: str | None
) -> None:
    company.fault(kind, STEPS[step], method="POST")
    with pytest.raises(OutcomeUnknown):
        company.send([ONE])
    assert state_of(company) == state
    expected = "already_there" if state == "posted" else "accepted"
    assert company.send([ONE])[KEY].outcome == expected
    assert len(company.entries()) == 4
    assert company.journals() == []


@pytest.mark.parametrize("step", ["make", "fill", "post"])
def test_a_request_that_arrives_after_the_line_went_again_changes_nothing(
    company: Company, step: str
) -> None:
    company.fault("late_commit", STEPS[step], method="POST", seconds=3600)
    with pytest.raises(OutcomeUnknown):
        company.send([ONE])
    assert company.send([ONE])[KEY].outcome == "accepted"
    company.commit_late_work()
    assert len(company.look_up(KEY)[KEY]) == 1
    assert len(company.entries()) == 4


def test_a_posting_that_arrives_before_the_fence_is_found_behind_it(company: Company) -> None:
    company.fault("late_commit", POST, seconds=3600)
    with pytest.raises(OutcomeUnknown):
        company.send([ONE])
    assert state_of(company) == "draft"
    company.commit_late_work()
    assert company.send([ONE])[KEY].outcome == "already_there"
    assert len(company.entries()) == 4


def test_a_journal_that_a_person_posts_meanwhile_is_no_refusal(company: Company) -> None:
    """Our posting comes second and hears that there is nothing to post."""
    served = company.app

    def twice(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"].endswith("NAV.post"):
            run_wsgi_app(served, environ, buffered=True)
            environ["wsgi.input"].seek(0)
        return served(environ, start_response)

    with mounted(HOST, twice):
        results = list(company.delivery().send(frame([ONE, time_line(2)])))
    assert [result.outcome for result in results] == ["already_there", "already_there"]
    assert len(company.entries()) == 8


def test_journals_of_other_people_are_left_alone(company: Company) -> None:
    _, made = company.ask("POST", "journals", json={"code": "MINE", "displayName": "By hand"})
    line = {"accountNumber": "5100", "documentNumber": "HAND", "amount": 5}
    status, _ = company.ask("POST", f"journals({made['id']})/journalLines", json=line)
    assert status == 201
    company.send([ONE])
    assert [journal["code"] for journal in company.journals()] == ["MINE"]
    assert {entry["documentNumber"] for entry in company.entries()}.isdisjoint({"HAND"})


def test_a_journal_that_cannot_be_deleted_stops_everything(company: Company) -> None:
    company.fault("lost_ack", FILL)
    with pytest.raises(OutcomeUnknown):
        company.send([ONE])
    body = {"error": {"code": "Application_DialogException", "message": "The record is locked."}}
    company.fault("period_closed", "journals", method="DELETE", body=body)
    with pytest.raises(SystemUnreachable, match="was not deleted"):
        company.send([ONE])
    assert company.entries() == []


@pytest.mark.parametrize("kind", ["html", "ok_with_error", "truncated", "server_error"])
@pytest.mark.parametrize("path", ["generalLedgerEntries", "journals", "generalLedgerSetup"])
def test_a_look_up_without_a_usable_answer_never_says_absent(
    company: Company, kind: str, path: str
) -> None:
    company.send([ONE])
    company.fault(kind, path, method="GET", times=10)
    with pytest.raises(SystemUnreachable):
        company.look_up(KEY)


def test_a_revoked_right_ends_the_sending(company: Company) -> None:
    company.fault("unauthorized", "generalLedgerEntries", times=100)
    with pytest.raises(AuthenticationFailed):
        company.send([ONE])


def test_a_correction_by_hand_under_the_same_number_is_shown(company: Company) -> None:
    company.send([ONE])
    copied = [
        {
            "accountNumber": entry["accountNumber"],
            "documentNumber": entry["documentNumber"],
            "postingDate": entry["postingDate"],
            "amount": str(entry["debitAmount"] - entry["creditAmount"]),
            "description": entry["description"],
        }
        for entry in company.entries()
    ]
    _, made = company.ask("POST", "journals", json={"code": "COPY", "displayName": "By hand"})
    for line in copied:
        company.ask("POST", f"journals({made['id']})/journalLines", json=line)
    company.ask("POST", f"journals({made['id']})/Microsoft.NAV.post", json={})
    assert len(company.look_up(KEY)[KEY]) == 2


# -- durability and the whole protocol -----------------------------------------------------------


def test_what_was_accepted_is_there_after_a_restart(company: Company) -> None:
    accepted = company.send([ONE])
    before = company.look_up(KEY)
    company.restart()
    assert company.look_up(KEY) == before
    assert company.send([ONE])[KEY].erp_id == accepted[KEY].erp_id


def post(company: Company, folder: Path, rows: Any, ledger: Ledger) -> Any:
    """One whole posting step."""
    with mounted(HOST, company.app):
        return post_target(
            SmallFirm(), "business_central", rows, ledger, SmallHome(folder), company.delivery(),
            create_writer(), gate=open_gate, now=NOW, period=Period("2026-06"),
            sleep=lambda seconds: None, progress=SilentProgress(),
        )  # fmt: skip


@pytest.mark.parametrize("step", ["make", "fill", "post"])
@pytest.mark.parametrize("fault", ["lost_ack", "drop", "late_commit", "html", "unavailable"])
def test_the_protocol_ends_with_one_document_per_line_after_any_fault(
    company: Company, tmp_path: Path, step: str, fault: str
) -> None:
    rows = frame([*(time_line(n) for n in range(30)), expense_line("taxi")])
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    company.fault(fault, STEPS[step], method="POST", times=2, seconds=3600)
    post(company, tmp_path, rows, ledger)
    company.commit_late_work()
    company.forget_faults()
    post(company, tmp_path, rows, ledger)
    again = post(company, tmp_path, rows, ledger)
    assert (again.planned, again.accepted, again.unproven, again.exit_code) == (0, 0, 0, 0)
    held = company.look_up(*rows["posting_key"])
    assert {len(found) for found in held.values()} == {1}
    assert len(held) == rows.height
    assert len(company.entries()) == 4 * rows.height
    ledger.close()


def test_a_late_posting_of_withdrawn_lines_is_no_surprise(company: Company, tmp_path: Path) -> None:
    """Lines whose posting is under way are seen as drafts, so they are not given up."""
    rows = frame([time_line(n) for n in range(3)])
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    company.fault("late_commit", POST, times=9, seconds=3600)
    post(company, tmp_path, rows, ledger)
    assert post(company, tmp_path, rows.clear(), ledger).withdrawn == 0
    company.commit_late_work()
    post(company, tmp_path, rows.clear(), ledger)
    assert {found[0].state for found in company.look_up(*rows["posting_key"]).values()} == {
        "posted"
    }
    assert len(company.entries()) == 12
    ledger.close()


def test_lines_of_a_closed_month_are_refused_and_go_with_a_later_date(
    company: Company, tmp_path: Path
) -> None:
    rows = frame([time_line(n) for n in range(4)])
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    company.close_until(date(2026, 7, 1))
    refused = post(company, tmp_path, rows, ledger)
    assert (refused.rejected, refused.accepted) == (4, 0)
    later = rows.with_columns(pl.lit(date(2026, 7, 1)).alias("accounting_date"))
    assert post(company, tmp_path, later, ledger).accepted == 4
    assert {entry["postingDate"] for entry in company.entries()} == {"2026-07-01"}
    ledger.close()
