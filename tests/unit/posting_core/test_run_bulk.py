"""Whole batches: handed over once, answered later, whatever is lost on the way."""

from __future__ import annotations

import shutil
from contextlib import suppress

import pytest

from tests.kit.ledgers import lay_empty_ledger
from tests.nasty.crashing import Crash, MortalLedger
from tests.nasty.fake_erp import TARGET
from tests.nasty.fake_job_erp import FakeJobErp, FakeJobs
from tests.nasty.posting_kit import JUNE, NOW, CsvWriter, SmallFirm, SmallHome, lines, open_gate
from tests.nasty.test_posting_crashes import stopping_at
from tieout.domain.progress import SilentProgress
from tieout.posting.delivery.base import Submission
from tieout.posting.faultpoints import POINTS
from tieout.posting.ledger_export import export_ledger
from tieout.posting.run import post_target


class JobWorld:
    """One installation in front of an ERP that takes whole batches."""

    def __init__(self, path, url=None, **capabilities):
        self.home, self.erp, self.capabilities = SmallHome(path), FakeJobErp(), capabilities
        lay_empty_ledger(self.home.ledger)
        self.url = url
        self.ledger = MortalLedger.at(self.home.ledger, url)

    def restart(self):
        self.ledger.close()
        self.ledger = MortalLedger.at(self.home.ledger, self.url)

    def post(self, candidates, **options):
        return post_target(
            SmallFirm(), TARGET, candidates, self.ledger, self.home,
            FakeJobs(self.erp, **self.capabilities), CsvWriter(), open_gate, JUNE, NOW,
            SilentProgress(), sleep=self.erp.wait, **options,
        )  # fmt: skip

    def states(self):
        return export_ledger(self.ledger)["posting_lines"]["state"].to_list()


@pytest.fixture
def world(tmp_path):
    made = JobWorld(tmp_path)
    yield made
    made.ledger.close()


def test_a_batch_is_handed_over_answered_and_proven_in_one_run(world):
    report = world.post(lines(5))
    assert (report.planned, report.accepted, report.proven, report.exit_code) == (5, 5, 5, 0)
    assert world.post(lines(5)).planned == 0
    assert world.erp.taken == report.batches
    exported = export_ledger(world.ledger)["posting_lines"]
    assert exported["erp_id"].to_list() == ["J1", "J2", "J3", "J4", "J5"]


def test_an_answer_that_takes_long_is_waited_for_and_then_left_to_the_next_run(world):
    world.erp.pending = 3
    assert world.post(lines(2)).accepted == 2
    world.erp.pending = 50
    more = lines(4).tail(2)
    report = world.post(more)
    assert (report.accepted, report.in_doubt, report.exit_code) == (0, 2, 1)
    assert world.post(more).in_doubt == 2
    world.erp.pending = 0
    assert world.post(more).accepted == 2
    assert set(world.erp.counts().values()) == {1}


@pytest.mark.parametrize("mood", ["lost", "late", "dropped"])
def test_a_hand_over_without_an_answer_ends_with_each_line_once(world, mood):
    world.erp.moods = [mood]
    world.post(lines(3))
    world.post(lines(3))
    assert world.states() == ["acked"] * 3
    assert set(world.erp.counts().values()) == {1}


def test_an_erp_that_is_down_leaves_lines_that_the_next_run_sends(world):
    world.erp.moods = ["down"]
    assert world.post(lines(3)).exit_code == 3
    assert world.erp.taken == []
    assert world.post(lines(3)).accepted == 3
    assert set(world.erp.counts().values()) == {1}


def test_refused_and_purged_lines_are_rejected_with_what_the_erp_said(world):
    keys = lines(4)["posting_key"].to_list()
    world.erp.refused, world.erp.purged = {keys[1]}, {keys[2]}
    report = world.post(lines(4))
    assert (report.accepted, report.rejected) == (2, 2)
    rows = export_ledger(world.ledger)["posting_lines"].rows(named=True)
    assert [(row["state"], row["reason_code"], row["message"]) for row in rows] == [
        ("acked", None, None),
        ("rejected", "PROJECT_INACTIVE", "Invalid project"),
        ("rejected", "REJECTED", "job finished with errors"),
        ("acked", None, None),
    ]


def test_a_file_with_a_line_that_was_withdrawn_does_not_go_out(world):
    world.post(lines(3), release=False)
    report = world.post(lines(3).head(2))
    assert world.erp.counts() == dict.fromkeys(lines(2)["posting_key"], 1)
    assert (report.withdrawn, report.accepted) == (3, 2)


@pytest.fixture
def never_handed_over(world):
    """A batch of three lines that is marked as sent, and the process died before it was."""
    with stopping_at(world, 1, "after_mark_sending"), suppress(Crash):
        world.post(lines(3))
    world.restart()
    return world


def test_a_file_that_never_arrived_does_not_go_again_with_a_line_withdrawn_since(never_handed_over):
    report = never_handed_over.post(lines(3).head(2))
    assert never_handed_over.erp.counts() == dict.fromkeys(lines(2)["posting_key"], 1)
    assert (report.withdrawn, report.accepted) == (3, 2)


def test_a_file_that_never_arrived_does_not_go_again_with_a_line_the_erp_has(never_handed_over):
    other = FakeJobErp()
    other.take(Submission("by hand", lines(1), {}))
    never_handed_over.erp.books += other.books
    report = never_handed_over.post(lines(3))
    assert never_handed_over.erp.counts() == dict.fromkeys(lines(3)["posting_key"], 1)
    assert (report.withdrawn, report.already_there, report.accepted) == (2, 1, 2)


@pytest.fixture
def restored(world):
    """The ledger of before the first batch is back; the ERP has taken that batch."""
    world.ledger.close()
    copy = world.home.ledger.read_bytes()
    world.restart()
    world.post(lines(3))
    world.ledger.close()
    for path in world.home.path.glob("ledger.sqlite*"):
        path.unlink()
    world.home.ledger.write_bytes(copy)
    world.restart()
    return world


def test_a_restored_ledger_gives_no_batch_the_id_of_an_earlier_one(restored):
    report = restored.post(lines(5).tail(2))
    assert (report.accepted, report.exit_code) == (2, 0)
    assert len({*restored.erp.taken}) == 2
    assert set(restored.erp.counts().values()) == {1}


def test_an_id_under_which_the_erp_holds_another_batch_is_not_used(restored):
    shutil.rmtree(restored.home.outbox)
    first = restored.post(lines(5).tail(2))
    assert (first.accepted, first.withdrawn, first.exit_code) == (0, 2, 1)
    assert "has another batch" in first.problems[0]
    assert restored.post(lines(5).tail(2)).accepted == 2
    assert set(restored.erp.counts().values()) == {1}


@pytest.mark.parametrize("mood", ["take", "lost", "late", "dropped"])
@pytest.mark.parametrize("point", POINTS)
def test_a_crash_at_any_point_ends_with_each_line_once(tmp_path, point, mood):
    world = JobWorld(tmp_path)
    world.erp.moods = [mood]
    try:
        with stopping_at(world, 1, point):
            world.post(lines(3))
    except Crash:
        world.restart()
    for _ in range(4):
        world.post(lines(3))
    assert sorted(world.erp.counts()) == lines(3)["posting_key"].to_list()
    assert set(world.erp.counts().values()) == {1}, point
    newest = export_ledger(world.ledger)["posting_lines"]
    assert newest["state"].to_list() == ["acked"] * 3
    assert newest["is_proven"].all()
    world.ledger.close()
