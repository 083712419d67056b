"""The whole protocol against the emulated F&O: each line once, whatever happens on the way."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.nasty.posting_kit import frame
from tests.unit.posting_d365_fo.conftest import expense_line, time_line
from tieout.posting.ledger_export import export_ledger

IMPORT = "ImportFromPackage"


def lines(count: int = 3) -> Any:
    return frame([time_line(100 + number) for number in range(count)])


def held(world: Any) -> Counter[str]:
    return Counter(row["Description"] for row in world.odata("JournalTrans"))


def once(rows: Any) -> Counter[str]:
    return Counter(rows["posting_key"].to_list())


def test_both_streams_are_posted_and_proven_in_one_run(world: Any) -> None:
    rows = [time_line(n) for n in range(7)]
    rows += [expense_line("taxi"), expense_line("desk", erp_project_id=None)]
    report = world.post(frame(rows))
    assert (report.planned, report.accepted, report.proven, report.exit_code) == (9, 9, 9, 0)
    assert (len(world.odata("PSAActuals")), len(world.odata("LedgerJournalLines"))) == (8, 1)
    assert world.post(frame(rows)).planned == 0
    assert world.requests(IMPORT) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lost_ack"},
        {"kind": "drop"},
        {"kind": "server_error"},
        {"kind": "late_commit", "seconds": 3600.0},
    ],
    ids=lambda fault: fault["kind"],
)
def test_an_import_without_an_answer_ends_with_each_line_once(
    world: Any, fault: dict[str, Any]
) -> None:
    world.fault(path_regex=IMPORT, **fault)
    world.on_wait = world.commit_late_work
    world.post(lines())
    world.restart()
    world.post(lines())
    assert world.states() == ["acked"] * 3
    assert held(world) == once(lines())


def test_an_import_that_arrives_after_it_was_sent_again_is_refused_by_its_id(world: Any) -> None:
    world.fault("late_commit", IMPORT, seconds=3600.0)
    report = world.post(lines())
    assert world.waits.count(120.0) == 1
    assert report.accepted == 3
    world.commit_late_work()
    world.odata("JournalTrans")
    assert held(world) == once(lines())
    assert world.requests(IMPORT) == 2


def test_an_environment_that_is_down_leaves_lines_that_the_next_run_sends(world: Any) -> None:
    world.fault("unavailable", "GetAzureWriteUrl", times=20)
    assert world.post(lines()).exit_code == 3
    assert held(world) == Counter()
    world.http.delete("/__sandbox__/faults")
    assert world.post(lines()).accepted == 3
    assert held(world) == once(lines())


def test_journals_that_nobody_has_posted_yet_are_waited_for(world: Any) -> None:
    world.moods.posts_journals = False
    report = world.post(lines())
    assert (report.accepted, report.in_doubt, report.exit_code) == (0, 3, 1)
    world.restart()
    assert world.post(lines()).in_doubt == 3
    world.moods.posts_journals = True
    report = world.post(lines())
    assert (report.accepted, report.proven) == (3, 3)
    assert world.requests(IMPORT) == 1


def test_an_import_that_still_runs_is_waited_for(world: Any) -> None:
    world.moods.executing_polls = 30
    assert world.post(lines()).in_doubt == 3
    world.restart_erp()
    for _ in range(5):
        world.post(lines())
    assert world.states() == ["acked"] * 3
    assert (world.requests(IMPORT), held(world)) == (0, once(lines()))


def test_a_job_history_that_was_cleaned_up_posts_nothing_twice(world: Any) -> None:
    world.moods.posts_journals = False
    world.post(lines())
    world.moods.forgets_executions = True
    assert world.post(lines()).in_doubt == 3
    world.moods.posts_journals = True
    assert world.post(lines()).accepted == 3
    assert held(world) == once(lines())


def test_refused_lines_are_rejected_in_the_words_of_the_erp_and_the_others_posted(
    world: Any,
) -> None:
    rows = frame(
        [
            time_line(1),
            time_line(2, erp_worker_id="999"),
            time_line(3, erp_project_id=None),
            time_line(4, hours=None, cost_rate=None),
        ]
    )
    report = world.post(rows)
    assert (report.accepted, report.rejected) == (1, 3)
    found = export_ledger(world.ledger)["posting_lines"].rows(named=True)
    told = {row["posting_key"]: (row["reason_code"], row["message"]) for row in found}
    keys = rows["posting_key"].to_list()
    assert told[keys[0]] == (None, None)
    assert told[keys[1]] == (
        "WORKER_NOT_IN_ERP",
        "The value '999' in field 'Resource' is not found in the related table 'Resources'.",
    )
    assert told[keys[2]] == ("PROJECT_UNMAPPED", "Field 'Project ID' must be filled in.")
    assert told[keys[3]][0] == "REJECTED"
    assert "without this line" in told[keys[3]][1]


@pytest.mark.parametrize("mood", ["purges_errors", "keys_only"])
def test_refusals_without_a_witness_are_rejected_after_a_look_up(world: Any, mood: str) -> None:
    setattr(world.moods, mood, True)
    rows = frame([time_line(1), time_line(2, erp_worker_id="999")])
    report = world.post(rows)
    assert (report.accepted, report.rejected) == (1, 1)
    (bad,) = [r for r in export_ledger(world.ledger)["posting_lines"].rows(named=True)
              if r["state"] == "rejected"]  # fmt: skip
    assert bad["reason_code"] == "REJECTED"
    assert ("'999'" in bad["message"]) == (mood == "keys_only")


def test_a_date_that_the_erp_moved_is_seen_by_the_proof(world: Any) -> None:
    world.setup.open_periods = {"2026-07"}
    world.moods.shifts_dates = True
    report = world.post(lines(1))
    assert (report.accepted, report.proven, report.unproven) == (1, 0, 1)
    (row,) = export_ledger(world.ledger)["posting_lines"].rows(named=True)
    assert "accounting date 2026-07-01 is not 2026-06-15" in row["proof_difference"]


def test_lines_that_posting_set_aside_keep_the_batch_open_until_they_are_posted(world: Any) -> None:
    world.moods.checks_periods = False
    world.setup.open_periods = {"2026-06"}
    from datetime import date

    rows = frame([time_line(1), time_line(2, accounting_date=date(2026, 5, 30))])
    assert world.post(rows).in_doubt == 2
    world.setup.open_periods = {"2026-05", "2026-06"}
    assert world.post(rows).accepted == 2
    assert held(world) == once(rows)


def test_a_journal_that_somebody_deleted_is_a_rejection_not_a_second_import(world: Any) -> None:
    world.moods.posts_journals = False
    world.post(lines(2))
    store = world.app.app.routes[3].handler.__self__._store
    for kind in ("JournalTrans", "JournalTables"):
        for number, _ in store.rows(kind):
            store.remove(number)
    assert world.post(lines(2)).rejected == 2
    assert world.requests(IMPORT) == 1
