"""The posting protocol from the outside: what the ERP holds and what the report says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from filelock import FileLock

from tests.nasty.posting_kit import TARGET, World, frame, line, lines
from tieout.domain.period import Period
from tieout.posting.ledger_export import export_ledger
from tieout.posting.run import PostingBusy


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.ledger.close()


def test_lines_are_posted_once_and_proven_and_a_second_run_changes_nothing(world):
    first = world.post(lines(5))
    assert (first.planned, first.accepted, first.proven, first.exit_code) == (5, 5, 5, 0)
    before = export_ledger(world.ledger)
    second = world.post(lines(5))
    assert (second.planned, second.known, second.batches, second.exit_code) == (0, 5, [], 0)
    assert all(before[name].equals(table) for name, table in export_ledger(world.ledger).items())
    assert set(world.erp.counts().values()) == {1}


def test_nothing_to_do_is_nothing_done(world):
    report = world.post(lines(0))
    assert (report.exit_code, report.batches, world.erp.look_ups) == (0, [], 0)


def test_each_stream_and_entity_is_a_batch_of_its_own(world):
    rows = frame(
        [
            line(1),
            line(2, legal_entity_id="IN01", functional_currency_code="INR"),
            line(3, entry_type="expense", hours=Decimal(0)),
        ]
    )
    report = world.post(rows)
    assert report.batches == [
        "netsuite-2026-06-US01-expense-000001",
        "netsuite-2026-06-IN01-time-000002",
        "netsuite-2026-06-US01-time-000003",
    ]
    assert report.accepted == 3


def test_other_periods_and_other_targets_are_left_alone(world):
    rows = frame([line(1), line(2, period_id="2026-05"), line(3, target="tryton_uk")])
    assert world.post(rows).planned == 1
    assert len(world.erp.objects) == 1


def test_sealed_lines_wait_for_their_release_and_then_go_unchanged(world):
    report = world.post(lines(3), release=False)
    assert (report.sealed, report.waiting, report.accepted) == (3, 3, 0)
    assert world.erp.requests == []
    later = world.post(lines(3))
    assert (later.planned, later.accepted, later.waiting) == (0, 3, 0)


def test_a_sealed_line_that_is_no_candidate_any_more_is_withdrawn_not_sent(world):
    world.post(lines(3), release=False)
    report = world.post(lines(2))
    assert (report.accepted, report.withdrawn) == (2, 1)
    assert world.state_of(line(1002)["posting_key"]) == "void"
    assert line(1002)["posting_key"] not in world.erp.counts()


def test_a_sealed_line_that_changed_is_planned_again_with_its_new_content(world):
    world.post(lines(1), release=False)
    report = world.post(lines(1, cost_amount_functional=Decimal(601)))
    assert (report.withdrawn, report.planned, report.accepted) == (1, 1, 1)
    assert world.erp.objects[0].amount == Decimal(601)


def test_a_line_in_doubt_is_resolved_before_it_may_be_withdrawn(world):
    key = line(1000)["posting_key"]
    world.erp.moods[key] = ["lost_ack"]
    true_look_up = world.delivery.look_up
    world.delivery.look_up = lambda keys: {} if world.erp.requests else true_look_up(keys)
    world.erp.moods[line(1001)["posting_key"]] = ["down"]
    world.post(lines(2))
    assert world.state_of(key) == "sending"
    world.restart()
    report = world.post(lines(0))
    assert (report.already_there, report.withdrawn) == (1, 1)
    assert world.state_of(key) == "acked"


def test_finishing_only_sends_what_is_sealed_and_plans_nothing_new(world):
    world.post(lines(2), release=False)
    report = world.post(lines(4), finish_only=True)
    assert (report.planned, report.accepted) == (0, 2)


def test_a_batch_of_another_period_is_finished_only_when_its_lines_are_known(world):
    world.post(lines(2), release=False)
    july = Period("2026-07")
    report = world.post(lines(0), period=july)
    assert (report.withdrawn, report.waiting) == (0, 2)
    assert world.post(lines(2), period=july).accepted == 2


def test_planning_only_changes_nothing_anywhere(world):
    report = world.post(frame([line(1), line(2, hours=Decimal(25))]), plan_only=True)
    assert (report.planned, report.held) == (1, 1)
    assert export_ledger(world.ledger)["posting_batches"].is_empty()
    assert not list(world.home.outbox.iterdir())
    assert world.erp.look_ups == 0


def test_a_candidate_whose_key_is_taken_with_another_payload_is_told_and_not_sent(world):
    world.post(lines(1))
    report = world.post(lines(1, memo="changed without a new version"))
    assert (report.planned, report.known) == (0, 1)
    assert report.problems[0].count("payload") == 1
    assert len(world.erp.requests) == 1


def test_two_runs_do_not_post_at_once(world):
    with (
        FileLock(str(world.home.ledger.with_name(f"{TARGET}.posting.lock"))),
        pytest.raises(PostingBusy, match="another run"),
    ):
        world.post(lines(1), lock_wait_seconds=0.05)
    assert world.post(lines(1)).accepted == 1
