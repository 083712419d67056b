"""The whole protocol with a real ledger: each line once, whatever is lost on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.nasty.posting_kit import reversal
from tests.nasty.test_posting_crashes import Crash, MortalLedger, stopping_at
from tests.unit.posting_oracle_fusion.conftest import (
    PodBench,
    expense_line,
    journal_line,
    time_line,
)
from tieout.posting.delivery.oracle_fusion import OracleFusionDelivery
from tieout.posting.faultpoints import POINTS
from tieout.posting.ledger_export import export_ledger

ROWS = [
    *(time_line(n) for n in range(3)),
    expense_line("taxi"),
    journal_line("rent"),
]
KEYS = sorted(row["posting_key"] for row in ROWS)


def counts(pod: Any) -> Counter[str]:
    """Posting key -> how often it is in the books, costs and journals together."""
    shown = [cost["ProjectCostsDFF"]["items"][0] for cost in pod.records("projectCosts")]
    costs = [own["postingKey"] + own["postingKeyRest"] for own in shown]
    journals = [
        head["journalLines"]["items"][0]["Reference1"]
        for batch in pod.records("journalBatches")
        for head in batch["journalHeaders"]["items"]
    ]
    return Counter([*costs, *journals])


def lines(pod: Any) -> list[dict[str, Any]]:
    """Every line of the ledger."""
    return export_ledger(pod.ledger)["posting_lines"].rows(named=True)


def test_what_was_imported_is_there_after_the_pod_restarts(tmp_path: Any) -> None:
    pod = PodBench(tmp_path, tmp_path / "state")
    pod.post(ROWS)
    before = pod.look_up(*ROWS)
    pod.restart()
    assert pod.look_up(*ROWS) == before
    assert pod.post(ROWS).planned == 0
    pod.ledger.close()


def test_a_batch_is_handed_over_answered_and_proven_in_one_run(pod: Any) -> None:
    report = pod.post(ROWS)
    assert (report.planned, report.accepted, report.proven, report.exit_code) == (5, 5, 5, 0)
    assert pod.post(ROWS).planned == 0
    assert counts(pod) == dict.fromkeys(KEYS, 1)
    assert all(row["erp_id"] for row in lines(pod))


@pytest.mark.parametrize("kind", ["lost_ack", "late_commit", "drop", "html", "truncated"])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_hand_over_without_an_answer_ends_with_each_line_once(
    pod: Any, kind: str, after: int
) -> None:
    pod.fault(kind, method="POST", after=after, seconds=3600)
    for _ in range(3):
        pod.post(ROWS)
    assert counts(pod) == dict.fromkeys(KEYS, 1)
    assert {row["state"] for row in lines(pod)} == {"acked"}
    assert all(row["is_proven"] for row in lines(pod))


def test_without_the_wait_for_late_hand_overs_a_journal_would_be_there_twice(
    pod: Any, monkeypatch: Any
) -> None:
    hasty = replace(OracleFusionDelivery.capabilities, settle_seconds=0.0)
    monkeypatch.setattr(OracleFusionDelivery, "capabilities", hasty)
    pod.fault("late_commit", method="POST", seconds=3600)
    pod.post([journal_line("rent")])
    pod.post([journal_line("rent")])
    pod.commit_late_work()
    pod.post([journal_line("rent")])
    assert set(counts(pod).values()) == {2}


def test_slow_jobs_are_waited_for_and_then_left_to_the_next_run(pod: Any) -> None:
    pod.behaviour.ticks_per_job = 200
    first = pod.post(ROWS)
    assert (first.accepted, first.in_doubt, first.exit_code) == (0, 5, 1)
    pod.behaviour.ticks_per_job = 0
    for _ in range(12):
        pod.post(ROWS)
    assert counts(pod) == dict.fromkeys(KEYS, 1)
    assert {row["state"] for row in lines(pod)} == {"acked"}


def test_a_pod_that_is_down_leaves_lines_that_the_next_run_sends(pod: Any) -> None:
    pod.fault("unavailable", times=50)
    assert pod.post(ROWS).exit_code == 3
    pod.http.delete("/__sandbox__/faults")
    assert pod.post(ROWS).accepted == 5
    assert counts(pod) == dict.fromkeys(KEYS, 1)


def test_refused_lines_are_rejected_with_oracles_words_and_purged_ones_too(pod: Any) -> None:
    bad = time_line("bad", erp_project_id="P-9")
    pod.post([*ROWS, bad])
    by_key = {row["posting_key"]: row for row in lines(pod)}
    refused = by_key[bad["posting_key"]]
    assert (refused["state"], refused["reason_code"]) == ("rejected", "PROJECT_INACTIVE")
    assert refused["message"].startswith("PJC_TXN_PROJ_NUM_IS_INVALID")
    pod.behaviour.silent_rejects = True
    silent = time_line("silent", erp_worker_id="W-9")
    pod.post([*ROWS, silent])
    purged = {row["posting_key"]: row for row in lines(pod)}[silent["posting_key"]]
    assert (purged["state"], purged["reason_code"]) == ("rejected", "REJECTED")
    assert "ended in SUCCEEDED" in purged["message"]


def test_a_date_that_oracle_moves_is_seen_in_the_proof(pod: Any) -> None:
    pod.behaviour.shifts_closed_dates = True
    pod.behaviour.closed = {"2026-06"}
    report = pod.post(ROWS[:1])
    assert (report.accepted, report.unproven) == (1, 1)
    (row,) = lines(pod)
    assert "accounting date 2026-07-01 is not 2026-06-15" in row["proof_difference"]


def test_labour_that_oracle_costs_again_is_seen_in_the_proof(pod: Any) -> None:
    pod.behaviour.labor_cost = Decimal(640)
    assert pod.post(ROWS[:1]).unproven == 1
    (row,) = lines(pod)
    assert "amount 640.0000 is not 600.0000" in row["proof_difference"]


def test_a_journal_that_nobody_posted_is_seen_in_the_proof_until_it_is(pod: Any) -> None:
    pod.behaviour.autopost = False
    report = pod.post([journal_line("rent")])
    assert (report.accepted, report.unproven) == (1, 1)
    assert "state draft is not posted" in lines(pod)[0]["proof_difference"]
    assert pod.post([journal_line("rent")]).planned == 0
    assert set(counts(pod).values()) == {1}


def test_a_reversal_follows_its_original_in_a_later_run(pod: Any) -> None:
    original = time_line("change")
    pod.post([original])
    back = reversal(original)
    report = pod.post([original, back])
    assert (report.planned, report.accepted, report.unproven) == (1, 1, 0)
    costs = [
        Decimal(str(c["RawCostInProviderLedgerCurrency"])) for c in pod.records("projectCosts")
    ]
    assert sum(costs) == 0


@pytest.mark.parametrize("kind", ["lost_ack", "late_commit"])
@pytest.mark.parametrize("point", POINTS)
def test_a_crash_at_any_point_ends_with_each_line_once(pod: Any, point: str, kind: str) -> None:
    pod.ledger = MortalLedger.at(pod.home.ledger)
    rows = [time_line(1), journal_line("rent")]
    pod.fault(kind, method="POST", seconds=3600)
    try:
        with stopping_at(pod, 1, point):
            pod.post(rows)
    except Crash:
        pod.ledger.close()
        pod.ledger = MortalLedger.at(pod.home.ledger)
    for _ in range(4):
        pod.post(rows)
    assert counts(pod) == {row["posting_key"]: 1 for row in rows}
    assert {row["state"] for row in lines(pod)} <= {"acked", "void"}
