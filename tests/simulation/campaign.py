"""Many seeds on all cores, and what they add up to.

Here: playing one seed in a folder that vanishes, spreading seeds over processes, counting. Not
here: the schedule of a seed (`tests.simulation.schedule`) and the command (`tests.simulation`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulation.planner import plan_in_python
from tests.simulation.planner_sql import plan_in_sql
from tests.simulation.schedule import Options, Outcome, run_seed

SQL_EVERY = 25
"""One seed in so many plans with the dbt models instead of the plain planner, and compares both."""
CHUNK = 4


@dataclass
class Totals:
    """What many seeds did together; `lines` stand in the books at the end."""

    seeds: int = 0
    lines: int = 0
    reversals: int = 0
    reposts: int = 0
    planned_in_sql: int = 0
    duplicates: int = 0
    losses: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    failed: dict[int, str] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Count one seed."""
        self.seeds += 1
        self.lines += outcome.lines
        self.reversals += outcome.reversals
        self.reposts += outcome.reposts
        self.planned_in_sql += plans_in_sql(outcome.seed)
        self.faults.update(outcome.history.faults)
        if outcome.problem is not None:
            self.failed[outcome.seed] = outcome.problem
            self.duplicates += any(
                name in outcome.problem for name in ("P1:", "P2:", "P18:", "P19:")
            )
            self.losses += "P4:" in outcome.problem


def plans_in_sql(seed: int) -> bool:
    """Whether a seed plans with the dbt models."""
    return seed % SQL_EVERY == 0


def play_seed(seed: int) -> Outcome:
    """Play one seed with nothing but the seed."""
    planner = plan_in_sql if plans_in_sql(seed) else plan_in_python
    with TemporaryDirectory() as folder:
        return run_seed(seed, Path(folder) / "firm", Options(planner=planner))


def play_many(seeds: Iterable[int], jobs: int | None = None) -> Iterator[Outcome]:
    """Play seeds in processes of their own; outcomes come in the order of the seeds."""
    wanted = jobs or os.cpu_count() or 1
    if wanted == 1:
        yield from map(play_seed, seeds)
        return
    with ProcessPoolExecutor(wanted, mp_context=get_context("spawn")) as pool:
        yield from pool.map(play_seed, seeds, chunksize=CHUNK)
