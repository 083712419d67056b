"""Two versions of one entry never stand in the ERPs together, whoever was slow on the way.

Found by the simulation (`tests/simulation`): runs that planned before an edit, requests that work
after their line was withdrawn, batches of another month, another ERP after a change of routes.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest

from tests.nasty.crashing import Crash, MortalLedger
from tests.nasty.fake_erp import LATE_SECONDS, FakeDelivery, FakeErp
from tests.nasty.posting_kit import JUNE, NOW, CsvWriter, SmallFirm, World, frame, line, open_gate
from tests.nasty.test_posting_crashes import stopping_at
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.posting.run import post_target

FIRST, SECOND = line(1, version=100), line(1, version=200, hours=Decimal(8))


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path, FakeErp(), ledger_class=MortalLedger)
    yield made
    made.ledger.close()


def die_in_doubt(world, mood):
    """The first version is sent, and the process dies before the answer is kept."""
    world.erp.moods[FIRST["posting_key"]] = [mood]
    with stopping_at(world, 1, "after_send_before_ack"), suppress(Crash):
        world.post(frame([FIRST]))
    world.restart()


def booked(world):
    world.erp.wait(LATE_SECONDS)
    world.erp.settle(world.erp.clock)
    return [found.posting_key for found in world.erp.objects]


def test_a_line_is_withdrawn_only_when_its_request_can_not_work_any_more(world):
    die_in_doubt(world, "late")
    report = world.post(frame([]))
    assert (report.withdrawn, report.already_there) == (0, 1)
    assert world.state_of(FIRST["posting_key"]) == "acked"
    assert booked(world) == [FIRST["posting_key"]]


def test_a_version_does_not_follow_one_that_is_on_its_way(world):
    die_in_doubt(world, "late")
    report = world.post(frame([SECOND]))
    assert (report.planned, report.already_there) == (0, 1)
    assert booked(world) == [FIRST["posting_key"]]


def test_a_refusal_of_the_second_request_says_nothing_about_the_first(world):
    world.erp.moods[FIRST["posting_key"]] = ["late", "reject"]
    world.post(frame([FIRST]))
    report = world.post(frame([SECOND]))
    assert (report.planned, report.behind) == (0, 1)
    assert booked(world) == [FIRST["posting_key"]]


def test_a_draft_is_sent_again_only_when_no_earlier_request_can_work_any_more(tmp_path):
    world = World(tmp_path, FakeErp(is_unique=False))
    world.erp.moods[FIRST["posting_key"]] = ["draft", "late"]
    for _ in range(2):
        world.post(frame([FIRST]))
    assert booked(world) == [FIRST["posting_key"]]
    world.ledger.close()


def test_a_run_that_planned_before_another_version_was_posted_leaves_it_out(world):
    world.post(frame([FIRST]))
    report = world.post(frame([SECOND, line(2)]))
    assert (report.candidates, report.planned, report.behind, report.exit_code) == (2, 1, 1, 1)
    assert booked(world) == [FIRST["posting_key"], line(2)["posting_key"]]


def test_a_version_of_another_month_goes_out_when_the_one_in_doubt_is_known_to_be_nowhere(world):
    die_in_doubt(world, "drop")
    moved = line(1, version=200, period_id="2026-07")
    july = world.post(frame([moved]), period=Period("2026-07"))
    assert (july.withdrawn, july.planned, july.accepted) == (1, 1, 1)
    assert world.state_of(FIRST["posting_key"]) == "void"
    assert booked(world) == [moved["posting_key"]]


def test_a_version_for_another_erp_is_left_out_too(world):
    elsewhere = frame([line(1, version=100, target="tryton_uk")])
    post_target(
        SmallFirm(), "tryton_uk", elsewhere, world.ledger, world.home, FakeDelivery(FakeErp()),
        CsvWriter(), open_gate, JUNE, NOW, SilentProgress(),
    )  # fmt: skip
    assert world.post(frame([SECOND])).behind == 1
    assert booked(world) == []


def test_an_entry_whose_earlier_version_was_withdrawn_or_refused_is_posted(world):
    world.erp.moods[FIRST["posting_key"]] = ["reject"]
    world.post(frame([FIRST, line(2, version=100)]), release=True)
    assert world.post(frame([SECOND])).accepted == 1
    assert world.state_of(FIRST["posting_key"]) == "rejected"


@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_draft_is_not_finished_when_another_version_took_its_place(world, is_deleted):
    """A run that planned before the edit, and runs after the version that followed it."""
    world.erp.moods[FIRST["posting_key"]] = ["draft"] * 2
    world.post(frame([FIRST]))
    assert world.post(frame([SECOND])).accepted == 1
    if is_deleted:
        world.erp.objects = [item for item in world.erp.objects if item.state == "posted"]
    report = world.post(frame([FIRST]))
    posted = [item.posting_key for item in world.erp.objects if item.state == "posted"]
    assert posted == [SECOND["posting_key"]]
    assert (report.withdrawn, report.in_doubt) == ((1, 0) if is_deleted else (0, 1))
