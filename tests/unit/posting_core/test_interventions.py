"""What people ask of lines: void, replay, reverse; each with who and why."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.nasty.posting_kit import NOW, TARGET, World, frame, line, lines, reversal
from tests.unit.posting_core.test_run_bulk import JobWorld
from tieout.posting.audit import Act, journal
from tieout.posting.interventions import (
    VOIDED,
    look_at_reversal,
    look_at_void,
    propose_reversal,
    replan,
    void,
)
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import export_ledger
from tieout.posting.oversight import NotAllowed
from tieout.posting.reversals import reversal_requests
from tieout.posting.scope import Scope
from tieout.posting.waiting import Wanted, waiting_lines

BATCH = "netsuite-2026-06-US01-time-000001"
ADA = Act("ada", "wrong rate card", NOW, "ada")
KEYS = lines(3)["posting_key"].to_list()


@pytest.fixture
def world(tmp_path, ledger_url):
    made = World(tmp_path)
    made.ledger.close()
    made.ledger = Ledger(ledger_url)
    yield made
    made.ledger.close()


def leave_in_doubt(world, count=1):
    """Lines that were sent, whose answer was lost and that the look-up could not find."""
    for key in KEYS[:count]:
        world.erp.moods[key] = ["lost_ack"]
    true_look_up = world.delivery.look_up
    world.delivery.look_up = lambda keys: {} if world.erp.requests else true_look_up(keys)
    world.erp.moods[KEYS[count]] = ["down"]
    world.post(lines(count + 1))
    world.delivery.look_up = true_look_up


def test_a_sealed_batch_is_void_at_once_and_not_planned_again(world):
    world.post(lines(3), release=False)
    request = void(world.ledger, BATCH, ADA)
    assert (request.now, request.later) == ([0, 1, 2], [])
    assert {world.state_of(key) for key in KEYS} == {"void"}
    assert world.ledger.unfinished(TARGET) == []
    report = world.post(lines(3))
    assert (report.planned, report.known, world.erp.requests) == (0, 3, [])
    assert (report.stuck, report.exit_code) == (3, 1)


def test_void_lines_stand_in_the_queue_with_their_reason(world):
    world.post(lines(2), release=False)
    void(world.ledger, KEYS[1], ADA)
    found = export_ledger(world.ledger)["gate_findings"]
    assert found.select("posting_key", "reason_code", "detail", "severity").rows() == [
        (KEYS[1], VOIDED, "voided by ada: wrong rate card", "line"),
    ]  # fmt: skip
    assert world.post(lines(2)).accepted == 1


def test_a_void_line_returns_with_another_content_or_when_a_person_lets_it_go(world):
    world.post(lines(2), release=False)
    void(world.ledger, BATCH, ADA)
    changed = frame([line(1000, memo="corrected"), line(1001)])
    assert world.post(changed).planned == 1
    assert waiting_lines(world.ledger, Wanted(TARGET))["posting_key"].to_list() == [KEYS[1]]
    assert replan(world.ledger, KEYS, Act("grace", "it was right", NOW, "g"), TARGET) == [KEYS[1]]
    assert replan(world.ledger, KEYS, ADA, TARGET) == []
    assert world.post(changed).accepted == 1
    assert world.erp.counts() == {KEYS[0]: 1, KEYS[1]: 1}


def test_a_line_in_doubt_that_the_erp_has_is_acknowledged_not_void(world):
    leave_in_doubt(world)
    request = void(world.ledger, BATCH, ADA)
    assert (request.now, request.later) == ([], [0, 1])
    assert world.state_of(KEYS[0]) == "sending"
    world.post(lines(2))
    assert (world.state_of(KEYS[0]), world.state_of(KEYS[1])) == ("acked", "void")
    assert world.post(lines(2)).planned == 0
    assert world.erp.counts() == {KEYS[0]: 1}


def test_what_is_in_the_erp_cannot_be_void_and_nothing_is_asked_twice(world):
    world.post(lines(2))
    with pytest.raises(NotAllowed, match="2 lines in the ERP: propose its reversal"):
        void(world.ledger, BATCH, ADA)
    with pytest.raises(NotAllowed, match="no line was ever planned"):
        look_at_void(world.ledger, line(77)["posting_key"])
    world.post(frame([line(5)]), release=False)
    void(world.ledger, line(5)["posting_key"], ADA)
    with pytest.raises(NotAllowed, match="asked for already"):
        void(world.ledger, line(5)["posting_key"], ADA)
    assert len(journal(world.ledger)) == 1


def test_a_void_that_was_cut_off_after_its_request_is_carried_out_by_the_next_run(
    world, monkeypatch
):
    world.post(lines(2), release=False)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "move", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            void(world.ledger, KEYS[0], ADA)
    assert world.state_of(KEYS[0]) == "sealed"
    report = world.post(lines(2))
    assert (report.withdrawn, report.accepted) == (1, 1)
    assert world.state_of(KEYS[0]) == "void"
    assert world.post(lines(2)).planned == 0


def test_a_replay_of_chosen_keys_plans_nothing_else(world):
    world.erp.moods[KEYS[0]] = ["reject"]
    world.erp.moods[KEYS[1]] = ["reject"]
    world.post(lines(2))
    assert {world.state_of(key) for key in KEYS[:2]} == {"rejected"}
    replan(world.ledger, KEYS[:1], ADA, TARGET)
    report = world.post(lines(3), scope=Scope(keys=frozenset(KEYS[:1])))
    assert (report.planned, report.accepted, report.problems) == (1, 1, [])
    assert world.state_of(KEYS[2]) is None
    assert world.state_of(KEYS[1]) == "rejected"


def test_a_replay_of_one_batch_leaves_the_others_open(world):
    world.post(frame([line(1)]), release=False)
    world.post(frame([line(1), line(2)]), release=False)
    second = BATCH.replace("000001", "000002")
    rows = frame([line(1), line(2)])
    report = world.post(rows, finish_only=True, scope=Scope(batch_id=second))
    assert (report.accepted, report.waiting) == (1, 1)
    none = world.post(rows, finish_only=True, scope=Scope(periods=frozenset({"2026-05"})))
    assert (none.accepted, none.waiting) == (0, 1)


def test_posted_lines_are_proposed_for_reversal_once(world):
    world.post(lines(2))
    request = propose_reversal(world.ledger, BATCH, ADA)
    assert request.seqs == [0, 1]
    found = reversal_requests(world.ledger)
    assert found.select("posting_key", "batch_id", "requested_by", "reason").rows() == [
        (KEYS[0], BATCH, "ada", "wrong rate card"), (KEYS[1], BATCH, "ada", "wrong rate card"),
    ]  # fmt: skip
    with pytest.raises(NotAllowed, match="asked for already"):
        look_at_reversal(world.ledger, KEYS[0])


def test_a_request_that_no_plan_heeds_is_told_until_it_is_heeded(world):
    world.post(lines(2))
    propose_reversal(world.ledger, BATCH, ADA)
    report = world.post(lines(2))
    assert [KEYS[n] in text and "ada asked" in text for n, text in enumerate(report.problems)] == [
        True, True,
    ]  # fmt: skip
    assert report.exit_code == 1
    back = reversal(line(1000), correction_kind="requested")
    report = world.post(frame([back]))
    assert [text.split(": ada")[0] for text in report.problems] == [KEYS[1]]
    assert world.post(frame([reversal(line(1001))])).problems == []


def test_only_what_is_posted_and_not_reversed_can_be_reversed(world):
    world.post(lines(1), release=False)
    with pytest.raises(NotAllowed, match="1 lines sealed, not posted"):
        propose_reversal(world.ledger, BATCH, ADA)
    world.post(lines(1))
    back = line(
        1000, posting_key=f"R:{KEYS[0]}", reverses_posting_key=KEYS[0], hours=Decimal("-7.5"),
        cost_amount_functional=Decimal(-600), correction_kind="withdrawal",
    )  # fmt: skip
    world.post(frame([back]))
    with pytest.raises(NotAllowed, match="reversed already"):
        propose_reversal(world.ledger, KEYS[0], ADA)
    with pytest.raises(NotAllowed, match="never reversed"):
        propose_reversal(world.ledger, f"R:{KEYS[0]}", ADA)
    assert reversal_requests(world.ledger).is_empty()


def test_part_of_a_file_in_doubt_is_not_made_void_but_the_whole_of_it_is(tmp_path):
    world = JobWorld(tmp_path)
    world.erp.pending = 50
    world.post(lines(3))
    assert world.states() == ["sending"] * 3
    with pytest.raises(NotAllowed, match="in one file with other lines in doubt"):
        void(world.ledger, KEYS[0], ADA)
    assert journal(world.ledger) == []
    assert void(world.ledger, BATCH, ADA).later == [0, 1, 2]
    world.erp.pending = 0
    world.post(lines(3))
    assert world.states() == ["acked"] * 3
    world.ledger.close()
