"""A crash at every boundary, for every kind of ERP and both stores: enumerated, not sampled.

A batch of three lines passes some twenty named points between plan and read-back. The process is
stopped at each of them in turn (every occurrence of every point); the next process must leave each
line in the ERP once, proven, with nothing open.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.kit.postgres import postgres
from tests.simulation.books import KINDS
from tests.simulation.inputs import PlanReader
from tests.simulation.schedule import compare, drain
from tests.simulation.world import World
from tieout.posting import faultpoints, pool

__all__ = ["postgres"]
LINES = 3
ALWAYS_PASSED = {
    "before_plan", "after_plan", "after_seal_files", "after_seal_rename", "after_seal_recorded",
    "after_look_up", "after_mark_sending", "after_send_before_ack", "after_ack_recorded",
    "after_batch_finished", "after_proof_look_up", "after_proof_recorded",
}  # fmt: skip
IN_DOUBT = (ALWAYS_PASSED - {"after_send_before_ack"}) | {"after_resolve_look_up"}
"""An answer that is lost for a whole call leaves nothing between sending and acknowledging."""
QUICK, LONG = (), pytest.mark.long
"""The hardest mood stands for all in `make test`; `make prove` takes every one."""
MOODS = ("calm", "lost_ack", "drop", "late")


def firm_with_three_lines(folder, kind, mood, url=None):
    world = World(1, folder, (kind,), frozenset(), ledger_url=url)
    for _ in range(LINES):
        world.firm.add_in_june()
    for number, record in world.firm.newest.items():
        world.firm.newest[number] = replace(record, entity="US01")
        world.nemesis.scripted[record.entry_id] = [] if mood == "calm" else [mood]
    world.firm.landed = [*world.firm.newest.values()]
    return world


def crash_at(world, nth):
    """One run that stops at the nth point it passes; the points that it passed."""
    passed = []
    world.watcher = lambda point: passed.append(point) or len(passed) == nth
    world.close_run()
    world.watcher = None
    return passed


def assert_every_line_is_there_once(world):
    """Twice over: one run repairs everything, and a second one has nothing to do."""
    world.clock.wait(60)
    drain(world)
    compare(world)
    (erp,) = world.erps.values()
    assert sorted(item.entry_id for item in erp.items) == sorted(world.firm.known())
    assert {line.state for line in PlanReader().planned(world.ledger)} <= {"acked", "void"}
    assert [r.planned + r.accepted for r in world.close_run()] in ([], [0])


def crash_everywhere(folder, kind, mood, new_store):
    world = firm_with_three_lines(folder / "plain", kind, mood, new_store())
    points = crash_at(world, None)
    world.end()
    assert set(points) <= set(faultpoints.POINTS)
    assert set(points) >= (ALWAYS_PASSED if mood == "calm" else IN_DOUBT)
    for nth in range(1, len(points) + 1):
        world = firm_with_three_lines(folder / str(nth), kind, mood, new_store())
        assert crash_at(world, nth) == points[:nth]
        assert world.history.faults["crash"] == 1
        assert_every_line_is_there_once(world)
        world.end()
    return points


@pytest.mark.parametrize(
    "mood", [pytest.param(mood, marks=QUICK if mood == "lost_ack" else LONG) for mood in MOODS]
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_crash_at_any_boundary_leaves_every_line_once(kind, mood, tmp_path):
    crash_everywhere(tmp_path, kind, mood, lambda: None)


@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=QUICK if k == "line_text" else LONG) for k in KINDS]
)
def test_the_same_with_a_ledger_on_postgresql(kind, tmp_path, postgres):
    crash_everywhere(tmp_path, kind, "lost_ack", postgres.database)


@pytest.mark.parametrize(
    "kind",
    [pytest.param(k, marks=QUICK if k in ("line_text", "job_text") else LONG) for k in KINDS],
)
def test_the_same_between_the_batches_of_a_group(kind, tmp_path, monkeypatch):
    """All batches of a group are sealed before the first is sent: a crash may fall in between."""
    monkeypatch.setattr(pool, "LINES_PER_BATCH", LINES - 1)
    points = crash_everywhere(tmp_path, kind, "lost_ack", lambda: None)
    sealed = [nth for nth, point in enumerate(points) if point == "after_seal_recorded"]
    assert len(sealed) == 2
    assert max(sealed) < points.index("after_mark_sending")
