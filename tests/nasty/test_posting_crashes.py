"""The process may stop at every named point; the ERP still holds every line exactly once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.nasty.crashing import Crash, MortalLedger
from tests.nasty.posting_kit import TARGET, FakeErp, World, line, lines
from tieout.posting import faultpoints
from tieout.posting.doubt import SENDS_MAX
from tieout.posting.ledger import GENESIS
from tieout.posting.ledger_export import export_ledger
from tieout.posting.seal import check_chain


@contextmanager
def stopping_at(world: World, nth: int | None, point: str = "") -> Iterator[list[str]]:
    """Stop the process at the nth point it reaches (of that name); yields what was reached."""
    reached: list[str] = []

    def observe(name: str) -> None:
        reached.append(name)
        passed = [found for found in reached if point in ("", found)]
        if point in ("", name) and len(passed) == nth:
            world.ledger.is_dead = True
            raise Crash(name)

    faultpoints.observer = observe
    try:
        yield reached
    finally:
        faultpoints.observer = None


MOODS = {
    "calm": {},
    "answers are lost": {1000: ["lost_ack"], 1001: ["drop"], 1002: ["lost_ack_raised"]},
    "answers are late": {1000: ["late"], 1001: ["late", "late"], 1002: ["drop", "drop"]},
    "a line is refused": {1001: ["reject"]},
    "the connection breaks": {1001: ["down"]},
}


def new_world(path, mood, *, is_unique) -> World:
    erp = FakeErp(is_unique=is_unique)
    erp.moods = {line(record)["posting_key"]: list(todo) for record, todo in MOODS[mood].items()}
    return World(path, erp, ledger_class=MortalLedger)


def run(world: World, crash_at: int | None, candidates: int = 3) -> list[str]:
    """One process: it posts and perhaps stops; then everything in its memory is gone."""
    with stopping_at(world, crash_at) as reached, suppress(Crash):
        world.post(lines(candidates))
    world.restart()
    return reached


def assert_posted_once(world: World) -> None:
    """After faults have ended: every line once, or refused; nothing open; the chain whole."""
    world.erp.moods = {}
    world.post(lines(3))
    states = export_ledger(world.ledger)["posting_lines"]
    refused = states.filter(state="rejected")["posting_key"].to_list()
    expected = {key: 1 for key in lines(3)["posting_key"] if key not in refused}
    assert dict(world.erp.counts()) == expected
    assert set(states["state"]) <= {"acked", "rejected"}
    assert states.filter(state="acked")["is_proven"].all()
    assert world.ledger.unfinished(TARGET) == []
    assert world.ledger.unfinished(TARGET, "proven") == []
    seals = world.ledger.seals(TARGET)
    assert check_chain(world.home.outbox, TARGET, seals, GENESIS) == []
    last = world.post(lines(3))
    assert (last.planned, last.accepted, last.batches) == (0, 0, [])
    world.ledger.close()


def points_of(path, mood, *, is_unique) -> list[str]:
    world = new_world(path, mood, is_unique=is_unique)
    reached = run(world, None)
    world.ledger.close()
    return reached


SCENARIOS = [
    ("calm", True),
    ("answers are lost", True),
    ("answers are lost", False),
    ("answers are late", False),
    ("a line is refused", True),
    ("the connection breaks", False),
]


def test_the_scenarios_reach_every_fault_point_but_the_withdrawal(tmp_path):
    reached = set()
    for number, (mood, unique) in enumerate(SCENARIOS):
        reached |= set(points_of(tmp_path / str(number), mood, is_unique=unique))
    assert reached == set(faultpoints.POINTS) - {"after_resolve_recorded"}


def test_a_crash_while_lines_in_doubt_are_withdrawn_posts_none_of_them(tmp_path):
    reached: list[str] = []
    for nth in itertools.count(1):
        world = new_world(tmp_path / str(nth), "calm", is_unique=True)
        world.erp.moods = {key: ["drop"] * 9 for key in lines(3)["posting_key"]}
        run(world, None)
        survived = len(reached := run(world, nth, candidates=0)) < nth
        report = world.post(lines(0))
        assert (report.in_doubt, report.waiting, world.erp.objects) == (0, 0, [])
        assert {world.state_of(key) for key in lines(3)["posting_key"]} == {"void"}
        world.ledger.close()
        if survived:
            break
    assert "after_resolve_recorded" in reached


@pytest.mark.parametrize(("mood", "is_unique"), SCENARIOS)
def test_a_crash_at_any_point_loses_and_doubles_nothing(tmp_path, mood, is_unique):
    points = points_of(tmp_path / "plain", mood, is_unique=is_unique)
    assert len(points) > 8
    for nth in range(1, len(points) + 1):
        world = new_world(tmp_path / str(nth), mood, is_unique=is_unique)
        run(world, nth)
        assert_posted_once(world)


def test_lines_are_not_given_up_because_the_process_died_many_times(tmp_path):
    world = new_world(tmp_path, "calm", is_unique=True)
    for _ in range(2 * SENDS_MAX):
        with stopping_at(world, 1, "after_mark_sending"), suppress(Crash):
            world.post(lines(3))
        world.restart()
    assert_posted_once(world)


@pytest.mark.long
@pytest.mark.parametrize("is_unique", [True, False], ids=["external id", "key in text"])
def test_a_second_crash_at_any_point_of_the_recovery_changes_nothing(tmp_path, is_unique):
    mood = "answers are lost"
    points = points_of(tmp_path / "plain", mood, is_unique=is_unique)
    for first in range(1, len(points) + 1):
        for second in itertools.count(1):
            world = new_world(tmp_path / f"{first}-{second}", mood, is_unique=is_unique)
            run(world, first)
            survived = len(run(world, second)) < second
            assert_posted_once(world)
            if survived:
                break
