"""Every kind of answer an ERP may give, and none at all."""

from __future__ import annotations

from datetime import date

import pytest

from tests.nasty.posting_kit import NOW, FakeErp, World, frame, line, lines
from tieout.posting.ledger_export import export_ledger


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.ledger.close()


def keys_of(rows):
    return rows["posting_key"].to_list()


def test_a_refused_line_waits_until_something_changes(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["reject"]
    report = world.post(frame([line(1), line(2)]))
    assert (report.accepted, report.rejected, report.exit_code) == (1, 1, 1)
    assert world.post(frame([line(1), line(2)])).planned == 0
    moved = frame([line(1, accounting_date=date(2026, 7, 1), accounting_period_id="2026-07")])
    assert world.post(moved).accepted == 1
    assert export_ledger(world.ledger)["posting_lines"]["batch_id"].n_unique() == 2


def test_a_refused_line_goes_again_unchanged_when_a_person_says_so(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["reject"]
    world.post(frame([line(1)]))
    world.ledger.release([key], "ada", "tax code entered", NOW)
    assert world.post(frame([line(1)])).accepted == 1


def test_a_lost_answer_is_found_by_look_up_and_nothing_is_sent_twice(world):
    key = line(1)["posting_key"]
    for mood in ("lost_ack", "lost_ack_raised"):
        world.erp.moods[key] = [mood]
        report = world.post(frame([line(1)]))
        assert (report.accepted, report.already_there, report.in_doubt) in [(0, 1, 0), (0, 0, 0)]
    assert world.erp.requests == [key]
    assert world.erp.counts()[key] == 1


def test_a_request_that_never_arrived_is_sent_again_under_the_same_key(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["drop"]
    report = world.post(frame([line(1)]))
    assert (report.accepted, report.in_doubt) == (1, 0)
    assert world.erp.requests == [key, key]


def test_a_draft_is_finished_and_never_made_a_second_time(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["draft"]
    report = world.post(frame([line(1)]))
    assert (report.accepted, report.proven, report.in_doubt) == (1, 1, 0)
    assert [found.state for found in world.erp.objects] == ["posted"]


def test_a_draft_of_a_withdrawn_line_is_left_to_a_person(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["draft"] * 9
    world.post(frame([line(1)]))
    for _ in range(2):
        report = world.post(lines(0))
        assert (report.in_doubt, report.withdrawn, report.exit_code) == (1, 0, 1)
    row = export_ledger(world.ledger)["posting_lines"].row(0, named=True)
    assert (row["state"], row["reason_code"]) == ("sending", "IN_DOUBT")
    assert "draft" in row["message"]


def test_where_the_key_is_only_text_an_absent_line_is_looked_up_again_later(tmp_path):
    world = World(tmp_path, FakeErp(is_unique=False))
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["late"]
    report = world.post(frame([line(1)]))
    assert (report.already_there, report.in_doubt) == (1, 0)
    assert world.erp.requests == [key]
    world.ledger.close()


def test_a_line_that_is_sent_in_vain_again_and_again_is_given_up_for_a_person(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["drop"] * 20
    reports = [world.post(frame([line(1)])) for _ in range(4)]
    assert world.state_of(key) == "dead"
    assert [report.dead for report in reports] == [0, 0, 1, 0]
    assert [(report.stuck, report.exit_code) for report in reports][2:] == [(1, 1), (1, 1)]
    assert len(world.erp.requests) == 5
    world.ledger.release([key], "ada", "the ERP was repaired", NOW)
    world.erp.moods[key] = []
    assert world.post(frame([line(1)])).accepted == 1


def test_an_erp_that_is_down_leaves_everything_ready_for_the_next_run(world):
    world.erp.is_down = True
    report = world.post(lines(3))
    assert report.exit_code == 3
    assert "netsuite" in str(report.interrupted_by)
    assert (report.waiting, report.in_doubt) == (3, 0)
    world.erp.is_down = False
    again = world.post(lines(3))
    assert (again.planned, again.accepted, again.exit_code) == (0, 3, 0)


def test_an_erp_that_goes_down_half_way_keeps_what_it_took(world):
    world.erp.moods[line(1002)["posting_key"]] = ["down"]
    report = world.post(lines(5))
    assert (report.accepted, report.in_doubt, report.waiting, report.exit_code) == (2, 2, 1, 3)
    assert world.post(lines(5)).exit_code == 0
    assert set(world.erp.counts().values()) == {1}
    assert len(world.erp.objects) == 5


def test_answers_that_never_come_stop_the_run_before_it_tries_them_all(world):
    world.capabilities["max_batch"] = 5
    world.restart()
    for key in keys_of(lines(100)):
        world.erp.moods[key] = ["drop"] * 9
    report = world.post(lines(100))
    assert report.exit_code == 3
    assert len(world.erp.requests) < 30


def test_a_line_that_somebody_posted_already_is_found_before_it_is_sent(world):
    world.post(frame([line(1)]))
    taken = world.erp.objects[:]
    fresh = World(world.path / "restored", FakeErp(objects=taken))
    report = fresh.post(frame([line(1), line(2)]))
    assert (report.already_there, report.accepted) == (1, 1)
    assert set(fresh.erp.counts().values()) == {1}
    fresh.ledger.close()


def test_one_bad_line_in_an_atomic_call_does_not_hold_its_neighbours(tmp_path):
    world = World(tmp_path, capabilities={"max_batch": 10, "batch_atomic": True})
    bad = line(1001)["posting_key"]

    def all_or_nothing(rows):
        keys = rows["posting_key"].to_list()
        if bad in keys:
            return iter([world.delivery._send_one({**rows.row(keys.index(bad), named=True)})])
        return iter([world.delivery._send_one(row) for row in rows.iter_rows(named=True)])

    world.erp.moods[bad] = ["reject", "reject"]
    world.delivery.send = all_or_nothing
    report = world.post(lines(4))
    assert (report.accepted, report.rejected, report.in_doubt) == (3, 1, 0)
    assert world.erp.requests.count(bad) == 2
    world.ledger.close()
