"""`make simulate`: many seeds at once, or one again with all that happened in it.

    python -m tests.simulation --seeds 5000 [--first 0] [--jobs 2]
    python -m tests.simulation --seed 4711 [--history FILE]

Ends with 1 and the seeds when a property is broken. Not here: what a seed does
(`tests.simulation.schedule`).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # frames of a few rows: threads only wait

from tests.simulation.campaign import Totals, play_many, play_seed
from tests.simulation.history import faults_text

FAILED_SHOWN_MAX = 10


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=1000, help="how many seeds")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="play this seed alone and print its history")
    parser.add_argument("--jobs", type=int, help="processes; one per core when omitted")
    parser.add_argument("--history", type=Path, help="with --seed: write the history there")
    chosen = parser.parse_args()
    if chosen.seed is not None:
        return _replay(chosen.seed, chosen.history)
    return _campaign(chosen.first, chosen.seeds, chosen.jobs)


def _replay(seed: int, history: Path | None) -> int:
    outcome = play_seed(seed)
    if history is not None:
        outcome.history.write(history)
    else:
        sys.stdout.write(outcome.history.text() + "\n")
    verdict = outcome.problem or f"holds: {outcome.lines} lines posted once"
    sys.stdout.write(f"seed {seed}: {verdict}\n")
    return int(outcome.problem is not None)


def _campaign(first: int, count: int, jobs: int | None) -> int:
    totals, console = Totals(), Console(stderr=True)
    columns = (
        TextColumn("simulate"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[now]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=count, now="")
        for outcome in play_many(range(first, first + count), jobs):
            totals.add(outcome)
            if outcome.problem is not None:  # said at once: the rest may take an hour
                console.print(f"seed {outcome.seed} failed: {outcome.problem}", markup=False)
            bar.update(task, advance=1, now=f"{totals.lines} lines, {len(totals.failed)} failed")
    sys.stdout.write(report(totals))
    return int(bool(totals.failed))


def report(totals: Totals) -> str:
    """The counts as text."""
    lines = [
        f"{totals.seeds} seeds, {totals.planned_in_sql} of them planned by the dbt models",
        f"{sum(totals.faults.values())} faults: {faults_text(totals.faults)}",
        f"{totals.lines} lines posted, {totals.duplicates} duplicates, {totals.losses} losses",
        f"{totals.reversals} of them reversals, {totals.reposts} reposts",
    ]
    for seed, problem in list(totals.failed.items())[:FAILED_SHOWN_MAX]:
        lines.append(f"seed {seed} failed: {problem}")
        lines.append(f"  again: python -m tests.simulation --seed {seed}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
