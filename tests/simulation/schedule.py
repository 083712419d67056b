"""A schedule: some days of business with faults, then calm until nothing moves any more.

Here: what happens in which order under a seed, the drain and the final comparison. Not here: how
each thing is done (`tests.simulation.world`), and running many seeds (`tests.simulation.campaign`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.simulation.auditor import Violation
from tests.simulation.books import KINDS, SLOW_JOB_SECONDS, Item
from tests.simulation.history import Figures, History, check_bank, check_set
from tests.simulation.nemesis import swarm
from tests.simulation.planner import Planner, Rules, plan_in_python, planned_lines
from tests.simulation.world import World
from tieout.posting.ledger_export import posting_lines

ROUNDS_MAX = 12
DAYS = (2, 3)


@dataclass(frozen=True)
class Options:
    """What a caller fixes; what is None follows from the seed."""

    kinds: tuple[str, ...] | None = None
    faults: frozenset[str] | None = None
    rate: float | None = None
    rules: Rules = field(default_factory=Rules)
    planner: Planner = plan_in_python
    ledger_url: str | None = None
    guide: Callable[[World], None] | None = None
    """A history made by hand that is played before the random one."""


@dataclass(frozen=True)
class Outcome:
    """What became of one seed."""

    seed: int
    problem: str | None
    lines: int
    history: History


def run_seed(seed: int, folder: Path, options: Options | None = None) -> Outcome:
    """Play one seed; a broken property becomes the outcome's problem, not an exception."""
    chosen = options or Options()
    rng = random.Random(f"swarm {seed}")
    kinds = chosen.kinds or tuple(rng.sample(sorted(KINDS), rng.choice((1, 1, 2))))
    faults = swarm(rng) if chosen.faults is None else chosen.faults
    rate = rng.choice((0.1, 0.25, 0.5)) if chosen.rate is None else chosen.rate
    world = World(
        seed, folder, kinds, faults, rate, chosen.rules, chosen.planner, chosen.ledger_url
    )
    problem = None
    try:
        if chosen.guide is not None:
            chosen.guide(world)
        play(world)
        drain(world)
        compare(world)
    except Exception as found:  # noqa: BLE001 - any failure of the protocol is the finding
        problem = f"{type(found).__name__}: {found}"
    finally:
        lines = sum(item.state == "posted" for erp in world.erps.values() for item in erp.items)
        world.end()
    return Outcome(seed, problem, lines, world.history)


def play(world: World) -> None:
    """The safety phase: every property that can be judged at once is judged at every step."""
    for _ in range(world.rng.choice(DAYS)):
        for _ in range(world.rng.choice((1, 2, 4))):
            world.change()
        disturb(world)
        if world.nemesis.chance("stale_plan", 0.5):
            world.history.fault(world.clock.seconds, "stale_plan")
            stale = world.make_plan()
            for _ in range(2):
                world.change()
            world.close_run()
            world.close_run(stale)
        else:
            world.close_run()
        world.clock.wait(world.rng.choice((1.0, 10.0, 3600.0)))


def disturb(world: World) -> None:
    """What happens to the surroundings between two runs."""
    nemesis, rng, history = world.nemesis, world.rng, world.history
    now = world.clock.seconds
    if nemesis.chance("reroute"):
        history.fault(now, "reroute")
        world.firm.reroute()
    if nemesis.chance("close_month", 0.4) and not world.firm.is_june_closed:
        history.fault(now, "close_month")
        world.firm.is_june_closed = True
        for erp in world.erps.values():
            erp.closed_until = date(2026, 6, 30)
    if nemesis.chance("skew"):
        history.fault(now, "skew")
        world.clock.skew = timedelta(hours=rng.choice((-25, 25)))
    if nemesis.chance("late_record"):
        world.firm.arrive()
    for erp in world.erps.values():
        if nemesis.chance("outage"):
            history.fault(now, "outage", erp=erp.name)
            erp.is_down = not erp.is_down
        _turn_against_lines(world, erp.name)
    if "restore" in nemesis.kinds:
        if world.backup is None:
            world.back_up()
        elif nemesis.chance("restore", 0.5):
            world.clock.wait(SLOW_JOB_SECONDS + 10)
            for erp in world.erps.values():
                erp.settle(world.clock.seconds)
            history.fault(now, "restore")
            world.restore()


def _turn_against_lines(world: World, name: str) -> None:
    """The ERP's rules and habits about single entries change."""
    nemesis, erp = world.nemesis, world.erps[name]
    for record in world.firm.newest.values():
        key = world.rules.key(record, name)
        if nemesis.chance("refuse", 0.2):
            world.history.fault(world.clock.seconds, "refuse", erp=name, keys=[key])
            erp.refused.add(record.entry_id)
        if nemesis.chance("shift", 0.2):
            world.history.fault(world.clock.seconds, "shift", erp=name, keys=[key])
            erp.shifted.add(key)
        if erp.kind.is_job and nemesis.chance("purge", 0.2):
            world.history.fault(world.clock.seconds, "purge", erp=name, keys=[key])
            erp.purged.add(key)


def drain(world: World) -> None:
    """The liveness phase: faults end, people release what was refused, runs go on until quiet."""
    world.nemesis.is_on = False
    world.clock.skew = timedelta(0)
    world.firm.arrive()
    for erp in world.erps.values():
        erp.is_down, erp.refused = False, set()
    for _ in range(ROUNDS_MAX):
        world.clock.wait(SLOW_JOB_SECONDS)
        for erp in world.erps.values():
            erp.settle(world.clock.seconds)
        released = _release(world)
        reports = world.close_run()
        moved = sum(r.planned + r.accepted + r.already_there + r.withdrawn for r in reports)
        if not released and not moved:
            return
    raise Violation(f"P10: something still moves after {ROUNDS_MAX} rounds")


def _release(world: World) -> int:
    """A person lets the current version of what was refused or given up be tried again."""
    current = {(r.entry_id, r.version) for r in world.firm.known().values()}
    table = posting_lines(world.ledger)
    stuck = [
        row["posting_key"]
        for row in table.iter_rows(named=True)
        if row["state"] in ("rejected", "dead")
        and (row["entry_id"], row["source_version"]) in current
    ]
    return world.ledger.release(stuck, "controller", "calm again", world.clock.now())


def compare(world: World) -> None:
    """Books, ledger and model agree; only a restored ledger may know less than the books."""
    world.auditor.drained()
    table = posting_lines(world.ledger)
    open_lines = [
        row["posting_key"]
        for row in table.iter_rows(named=True)
        if row["state"] in ("planned", "sealed", "sending")
    ]
    drafts = {i.key for erp in world.erps.values() for i in erp.items if i.state == "draft"}
    if set(open_lines) - drafts:
        raise Violation(f"P4: still open in the ledger: {sorted(set(open_lines) - drafts)}")
    acked: list[Figures] = [
        (row["posting_key"], row["currency_code"], row["hours"], row["amount"])
        for row in table.iter_rows(named=True)
        if row["state"] == "acked"
    ]
    known = {plan.key for plan in planned_lines(world.ledger)}
    books: list[Item] = [
        item
        for erp in world.erps.values()
        for item in erp.items
        if "restore" not in world.history.faults or item.key in known
    ]
    for problem in (*check_set(acked, books), *check_bank(acked, books)):
        raise Violation(f"P2: {problem}")
    shifted = {key for erp in world.erps.values() for key in erp.shifted}
    for row in table.iter_rows(named=True):
        if row["state"] == "acked" and not row["is_proven"] and row["posting_key"] not in shifted:
            raise Violation(f"P2: {row['posting_key']} is not proven: {row['proof_difference']}")
