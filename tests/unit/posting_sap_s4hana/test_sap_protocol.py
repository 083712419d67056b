"""The whole posting protocol against the emulated SAP, with a real ledger: exactly once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.nasty.posting_kit import frame, reversal
from tests.unit.posting_sap_s4hana.conftest import expense_line, time_line
from tieout.posting.delivery.sap_s4hana import NO_WORD
from tieout.posting.writers.sap_s4hana import SapWriter
from tieout.posting.writers.sap_s4hana_entries import reference_of

ROWS = frame([*(time_line(n) for n in range(4)), expense_line("taxi"), reversal(time_line(9))])
KEYS = ROWS["posting_key"].to_list()
DAY = 24 * 3600


def assert_once(site: Any, keys: list[str] = KEYS) -> None:
    """Every key is in the books once, and the ledger knows it."""
    assert sorted(site.look_up(*keys)["posting_key"]) == sorted(keys)
    newest = {row["posting_key"]: row for row in site.lines()}
    assert {newest[key]["state"] for key in keys} == {"acked"}
    assert all(newest[key]["is_proven"] for key in keys)


def test_a_batch_is_posted_confirmed_and_proven_in_one_run(site: Any) -> None:
    report = site.post(ROWS)
    assert (report.planned, report.accepted, report.proven, report.exit_code) == (6, 6, 6, 0)
    assert_once(site)
    again = site.post(ROWS)
    assert (again.planned, again.accepted, again.exit_code) == (0, 0, 0)
    assert {row["erp_id"][:7] for row in site.lines()} == {"US01/01"}


@pytest.mark.parametrize("entries_max", [500, 2])
@pytest.mark.parametrize(
    "kind", ["lost_ack", "drop", "late_commit", "html", "server_error", "unavailable"]
)
def test_every_line_is_posted_once_after_any_fault(site: Any, kind: str, entries_max: int) -> None:
    writer = SapWriter(entries_max)
    site.tenant.fault(kind, times=1, seconds=0)
    site.post(ROWS, writer)
    site.tenant.commit_late_work()
    site.tenant.wait(DAY)
    for _ in range(4):
        site.post(ROWS, writer)
    assert_once(site)


def test_lines_of_one_lost_message_of_several_go_out_with_the_next_batch(site: Any) -> None:
    rows = frame([time_line(n) for n in range(5)])
    site.tenant.fault("drop", after=1)
    assert site.post(rows, SapWriter(2)).in_doubt == 5
    site.tenant.wait(300)
    report = site.post(rows, SapWriter(2))
    assert (report.rejected, report.accepted) == (2, 5)
    assert_once(site, rows["posting_key"].to_list())


def test_a_message_that_arrives_while_the_protocol_waits_is_not_sent_again(site: Any) -> None:
    site.tenant.fault("late_commit", seconds=0)
    site.tenant.habits.delay = timedelta(seconds=200)
    rows = frame([time_line(1), time_line(2)])
    report = site.post(rows)
    assert 300.0 in site.tenant.waits
    assert (report.accepted, site.tenant.posts()) == (2, 1)
    assert_once(site, rows["posting_key"].to_list())


def test_a_refused_message_leaves_lines_that_a_later_run_sends(site: Any) -> None:
    site.tenant.fault("period_closed")
    assert site.post(ROWS).exit_code == 3
    assert site.tenant.items() == []
    assert site.post(ROWS).accepted == 6
    assert_once(site)


def test_slow_work_is_left_to_the_next_run_and_never_sent_twice(site: Any) -> None:
    site.tenant.habits.delay = timedelta(hours=2)
    report = site.post(ROWS)
    assert (report.accepted, report.in_doubt, report.exit_code) == (0, 6, 1)
    assert site.post(ROWS).in_doubt == 6
    site.tenant.wait(7200)
    assert site.post(ROWS).accepted == 6
    assert site.tenant.posts() == 3, "one message for reversals, one for time, one for expenses"
    assert_once(site)


def test_lost_confirmations_are_made_up_for_by_the_books(site: Any) -> None:
    site.tenant.habits.lost_confirmations = 9
    assert site.post(ROWS).accepted == 6
    assert_once(site)


def test_partial_success_rejects_the_bad_line_with_saps_words(site: Any) -> None:
    bad = time_line("bad", erp_project_id="P-1008")
    report = site.post(frame([time_line(1), bad]))
    assert (report.accepted, report.rejected) == (1, 1)
    told = {row["posting_key"]: row for row in site.lines()}[bad["posting_key"]]
    assert (told["state"], told["reason_code"]) == ("rejected", "PROJECT_INACTIVE")
    assert told["message"] == (
        "609(RW) Error in document: BKPFF $ 0M4SMVI; "
        "021(BS) System status CLSD is active (WBS P-1008)"
    )


def test_a_purged_refusal_ends_as_rejected_after_its_time_and_waits_for_a_person(
    site: Any,
) -> None:
    rows = frame([time_line(1), time_line(2)])
    site.tenant.habits.purged = {reference_of(rows["posting_key"][1])}
    assert site.post(rows).in_doubt == 2
    site.tenant.wait(DAY)
    site.tenant.habits.purged = set()
    report = site.post(rows)
    assert (report.accepted, report.rejected) == (1, 1)
    assert site.lines()[1]["message"] == NO_WORD
    assert site.post(rows).planned == 0


def test_a_date_that_sap_moved_is_seen_by_the_proof(site: Any) -> None:
    site.tenant.habits.shifts_closed_dates = True
    report = site.post(frame([time_line(1, accounting_date=date(2026, 5, 29))]))
    assert (report.accepted, report.unproven, report.proven) == (1, 1, 0)


def test_a_tenant_that_refuses_known_message_ids_changes_nothing(site: Any) -> None:
    site.tenant.habits.refuses_known_messages = True
    site.tenant.fault("late_commit", seconds=10_000)
    site.post(ROWS)
    site.tenant.commit_late_work()
    site.tenant.wait(DAY)
    for _ in range(3):
        site.post(ROWS)
    assert_once(site)


def test_what_was_accepted_is_there_after_sap_restarts(site: Any) -> None:
    site.tenant.habits.delay = timedelta(hours=1)
    site.post(ROWS)
    site.tenant.restart()
    site.tenant.wait(3600)
    site.post(ROWS)
    assert_once(site)
    site.tenant.restart()
    assert site.post(ROWS).planned == 0
