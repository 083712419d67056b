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

import polars as pl

from tests.simulation.auditor import Violation
from tests.simulation.books import KINDS, SLOW_JOB_SECONDS, Item
from tests.simulation.history import Figures, History, check_bank, check_set
from tests.simulation.nemesis import swarm
from tests.simulation.planner import Planner, Rules, plan_in_python
from tests.simulation.world import World
from tieout.domain.keys import REVERSAL
from tieout.posting.ledger_export import posting_lines
from tieout.posting.ledger_records import DRAFT_LEFT

ROUNDS_MAX = 12
DAYS = (2, 3, 4)


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
    """What became of one seed; `lines` stand in the books, reversals and reposts among them."""

    seed: int
    problem: str | None
    lines: int
    reversals: int
    reposts: int
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
        books = [i for erp in world.erps.values() for i in erp.items if i.state == "posted"]
        world.end()
    reversals, entries = sum(item.is_reversal for item in books), {i.entry_id for i in books}
    reposts = len(books) - reversals - len(entries)
    return Outcome(seed, problem, len(books), reversals, reposts, world.history)


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
    """The liveness phase: faults end, people do what is left to them, runs go on until quiet."""
    world.nemesis.is_on = False
    world.clock.skew = timedelta(0)
    world.firm.arrive()
    for erp in world.erps.values():
        erp.is_down, erp.refused = False, set()
    for _ in range(ROUNDS_MAX):
        world.clock.wait(SLOW_JOB_SECONDS)
        for erp in world.erps.values():
            erp.settle(world.clock.seconds)
        helped = _help(world)
        reports = world.close_run()
        moved = sum(
            r.planned + r.accepted + r.already_there + r.withdrawn + r.rejected + r.dead
            for r in reports
        )
        if not helped and not moved and not _drafts_left(posting_lines(world.ledger)):
            return
    raise Violation(f"P10: something still moves after {ROUNDS_MAX} rounds")


def _help(world: World) -> int:
    """A person lets go what was refused and is still wanted, and deletes drafts left to people."""
    current = {(r.entry_id, r.version) for r in world.firm.known().values()}
    lines, stuck = posting_lines(world.ledger), list[str]()
    for row in lines.iter_rows(named=True):
        key, version = row["posting_key"], (row["entry_id"], row["source_version"])
        is_wanted = key.startswith(REVERSAL) or version in current
        if row["state"] in ("rejected", "dead") and is_wanted:
            stuck.append(key)
    left = _drafts_left(lines)
    for erp in world.erps.values():
        erp.items = [i for i in erp.items if i.state == "posted" or i.key not in left]
    released = world.ledger.release(stuck, "controller", "calm again", world.clock.now())
    return released + len(left)


def _drafts_left(lines: pl.DataFrame) -> set[str]:
    """Keys of the drafts that a run left to a person, and that nobody has deleted yet."""
    is_left = (pl.col("state") == "sending") & (pl.col("message") == DRAFT_LEFT)
    return {*lines.filter(is_left)["posting_key"]}


def compare(world: World) -> None:
    """Books, ledger and model agree; only a restored ledger may know less than the books."""
    table = posting_lines(world.ledger)
    open_lines = [
        row["posting_key"]
        for row in table.iter_rows(named=True)
        if row["state"] in ("planned", "sealed", "sending")
    ]
    if open_lines:
        raise Violation(f"P4: still open in the ledger: {sorted(open_lines)}")
    acked: list[Figures] = [
        (row["posting_key"], row["currency_code"], row["hours"], row["amount"])
        for row in table.iter_rows(named=True)
        if row["state"] == "acked"
    ]
    held = [item for erp in world.erps.values() for item in erp.items]
    forgotten: set[str] = set()
    if "restore" in world.history.faults:
        forgotten = {item.key for item in held} - {*table["posting_key"]}
    world.auditor.drained(forgotten)
    books: list[Item] = [item for item in held if item.key not in forgotten]
    for problem in (*check_set(acked, books), *check_bank(acked, books)):
        raise Violation(f"P2: {problem}")
    shifted = {key for erp in world.erps.values() for key in erp.shifted}
    for row in table.iter_rows(named=True):
        if row["state"] == "acked" and not row["is_proven"] and row["posting_key"] not in shifted:
            raise Violation(f"P2: {row['posting_key']} is not proven: {row['proof_difference']}")
