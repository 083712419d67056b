"""Mutation of the money SQL: does some proof notice each small mistake?

    python -m tests.proof.mutate [--models rec_posting_gaps …] [--limit N] [--jobs 2] [--unit]

Every mutant of a model is built on prepared firms with all that depends on it. It is killed when a
unit test of the model, a data test, the golden close or the reckoning of a random firm disagrees,
or when the build itself fails. Mutants that mean the same as the original stand, each with its
reason, in `equivalent_mutants/`. With `--unit` only the unit tests judge: seconds for a model
while its cases are written. Ends with 1 below 90 percent.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from tests.kit.compiled import CompiledProject, compiled_project
from tests.kit.unit_tests import UnitTest, unit_tests
from tests.proof.fixtures import fixtures
from tests.proof.mutants import Mutant, fold_macros, mutants_of, round_trip
from tests.proof.prepared import STILLBORN, prepared, put_on_shelf

GOAL = 90
EQUIVALENT = Path(__file__).with_name("equivalent_mutants")
FOLDERS = ("canonical", "reconciliation", "kpi")
# steps of pricing and matching that hold money and have no contract of their own
STEPS = (
    "int_entries_priced", "int_entries_converted", "int_fx_resolved", "int_erp_lines_ranked",
)  # fmt: skip
MONEY = re.compile(r"(^|_)(hours|amount|difference|balance|ratio|rate)(_|$)")


def money_models(project: CompiledProject) -> list[str]:
    """Models from canonical upward that compute hours or money, and the steps below them."""
    found = [name for name in STEPS if name in project.models]
    for name in project.in_folder(*FOLDERS):
        columns = project.models[name].columns
        if any(MONEY.search(column) for column in columns) and not name.startswith(
            ("dim_", "ops_")
        ):
            found.append(name)
    return found


@dataclass
class Verdict:
    """What became of one mutant: `killed` by something, `survived`, `stillborn`, `equivalent`."""

    mutant: Mutant
    outcome: str
    by: str = ""


_KILLER: dict[str, int] = {}
"""The fixture that killed the last mutant of a model: it is asked first."""


@cache
def _unit_tests(model: str) -> list[UnitTest]:
    found = list(unit_tests(compiled_project(), model))
    for test in found:
        fold_macros(test.connection)
    return found


@cache
def _equivalent() -> set[tuple[str, str, str, int | None]]:
    listed = [
        each
        for path in sorted(EQUIVALENT.glob("*.yml"))
        for each in yaml.safe_load(path.read_text()) or []
    ]
    for each in listed:
        assert len(each["reason"]) > 20, f"say why: {each}"
    return {
        (each["model"], each["operator"], each["fragment"], each.get("number")) for each in listed
    }


def judged(mutant: Mutant, *, by_firms: bool = True) -> Verdict:
    """The verdict on one mutant: unit tests first, they are quick, then every firm."""
    names = {
        (model, mutant.operator, mutant.fragment, number)
        for model in (mutant.model, "*")
        for number in (mutant.number, None)
    }
    if names & _equivalent():
        return Verdict(mutant, "equivalent")
    for test in _unit_tests(mutant.model):
        failure = test.failure_of(mutant.sql)
        if failure and failure.startswith(tuple(kind.__name__ for kind in STILLBORN)):
            return Verdict(mutant, "stillborn")
        if failure:
            return Verdict(mutant, "killed", f"unit test {test.name}")
    if not by_firms:
        return Verdict(mutant, "survived")
    last = _KILLER.get(mutant.model)
    for number in sorted(range(len(fixtures())), key=lambda each: each != last):
        each = prepared(number)
        if each is None or mutant.model not in each.wanted:
            continue
        outcome, by = each.verdict(mutant)
        if outcome != "survived":
            _KILLER[mutant.model] = number
            return Verdict(mutant, outcome, by)
    return Verdict(mutant, "survived")


def model_verdicts(task: tuple[str, int | None, bool]) -> tuple[str, list[Verdict]]:
    """All verdicts of one model; with a limit, a sample that does not move between runs."""
    model, limit, by_firms = task
    template = compiled_project().models[model].template
    mutants = list(mutants_of(model, template))
    if limit is not None:
        mutants = sorted(mutants, key=lambda mutant: crc32(mutant.name.encode()))[:limit]
    unchanged = Mutant(model, "none", "", 0, round_trip(template))
    verdict = judged(unchanged, by_firms=by_firms)
    assert verdict.outcome == "survived", f"{model} as parsed and written: {verdict.by}"
    return model, [judged(mutant, by_firms=by_firms) for mutant in mutants]


@dataclass
class Report:
    """Counts over all models."""

    write: Callable[[str], Any]
    totals: Counter[str] = field(default_factory=Counter)

    def add(self, model: str, verdicts: list[Verdict]) -> None:
        """One line per model, one per survivor."""
        counts = Counter(verdict.outcome for verdict in verdicts)
        self.totals.update(counts)
        judged_ = counts["killed"] + counts["survived"]
        self.write(
            f"{model}: {counts['killed']} of {judged_} killed,"
            f" {counts['equivalent']} equivalent, {counts['stillborn']} not valid\n"
        )
        for verdict in verdicts:
            if verdict.outcome == "survived":
                self.write(f"    survived: {verdict.mutant.name}\n")

    @property
    def percent(self) -> float:
        """Killed of all that mean something else."""
        whole = self.totals["killed"] + self.totals["survived"]
        return 100 * self.totals["killed"] / whole if whole else 0.0


def main(arguments: list[str] | None = None) -> int:
    """Judge the mutants; 1 below the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="*", help="only these models")
    parser.add_argument("--limit", type=int, help="at most this many mutants per model")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--unit", action="store_true", help="judge by unit tests alone")
    options = parser.parse_args(arguments)
    models = options.models or money_models(compiled_project())
    report, start = Report(sys.stdout.write), time.monotonic()
    tasks = [(model, options.limit, not options.unit) for model in models]
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        firms = range(0 if options.unit else len(fixtures()))
        for problem in pool.imap(put_on_shelf, firms):
            sys.stdout.write(f"{problem}\n" if problem else "")
        for model, verdicts in pool.imap_unordered(model_verdicts, tasks):
            report.add(model, verdicts)
            sys.stdout.flush()
    sys.stdout.write(
        f"mutation: {len(models)} models, {report.totals['killed']} of"
        f" {report.totals['killed'] + report.totals['survived']} mutants killed"
        f" ({report.percent:.1f} %), {report.totals['equivalent']} equivalent with a reason,"
        f" {report.totals['stillborn']} not valid SQL, {time.monotonic() - start:.0f} s\n"
    )
    return 0 if report.percent >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
