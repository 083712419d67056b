"""Mutation of the money SQL: does some proof notice each small mistake?

    python -m tests.proof.mutate [--models rec_posting_gaps …] [--limit N] [--jobs 2]

Every mutant of a model is built on prepared firms with all that depends on it. It is killed when a
unit test of the model, a data test, the golden close or the reckoning of a random firm disagrees,
or when the build itself fails. Mutants that mean the same as the original stand, each with its
reason, in `equivalent_mutants.yml`. Ends with 1 below 90 percent.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import duckdb
import yaml

from tests.kit.compiled import PROJECT_DIR, ROOT, CompiledProject, compiled_project, connect
from tests.kit.firm_tables import lay_firm
from tests.kit.unit_tests import UnitTest, unit_tests
from tests.proof.fixtures import Fixture, fixtures
from tests.proof.mutants import Mutant, mutants_of, round_trip

GOAL = 90
SOURCES = ("tests/kit", "tests/proof", "tests/scenarios", "tests/golden/close")
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.yml")
FOLDERS = ("canonical", "reconciliation", "kpi")
# steps of pricing and matching that hold money and have no contract of their own
STEPS = (
    "int_entries_priced", "int_entries_converted", "int_fx_resolved", "int_erp_lines_ranked",
)  # fmt: skip
MONEY = re.compile(r"(^|_)(hours|amount|difference|balance|ratio|rate)(_|$)")
# invalid SQL is no mutant; SQL that fails on data stops a build, which is noticed
STILLBORN = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)


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


@dataclass
class Prepared:
    """One fixture with every model built."""

    fixture: Fixture
    connection: duckdb.DuckDBPyConnection
    project: CompiledProject
    failing: dict[str, int] = field(default_factory=dict)

    @cached_property
    def wanted(self) -> set[str]:
        """The models that its marts are made of."""
        return self.project.upstream(self.fixture.marts)

    def test_names(self, affected: set[str]) -> set[str]:
        """Data tests that read one of these models and nothing that is not built."""
        tests = self.project.tests.values()
        return {t.name for t in tests if t.models & affected and t.models <= self.wanted}

    def verdict(self, mutant: Mutant) -> tuple[str, str]:
        """Build the mutant and what depends on it, judge, and take everything back."""
        self.connection.execute("begin transaction")
        try:
            return self._judged(mutant)
        except STILLBORN:
            return "stillborn", ""
        except duckdb.Error as problem:
            return "killed", f"build: {type(problem).__name__}"
        finally:
            self.connection.execute("rollback")

    def _judged(self, mutant: Mutant) -> tuple[str, str]:
        relation = self.project.models[mutant.model].relation
        self.connection.execute(f"create temp table before_mutation as from {relation}")
        self.build({mutant.model}, {mutant.model: mutant.sql})
        changed = self.connection.execute(
            f"select 1 from ((from before_mutation except all from {relation})"
            f" union all (from {relation} except all from before_mutation)) limit 1"
        ).fetchone()
        if not changed:
            return "survived", ""
        affected = self.project.downstream([mutant.model]) & self.wanted
        self.build(affected - {mutant.model}, {})
        if failed := self._failing(affected):
            return "killed", f"data test {next(iter(failed))}"
        if difference := self.fixture.judge(self.connection):
            return "killed", f"{self.fixture.name}: {difference}"
        return "survived", ""

    def _failing(self, affected: set[str]) -> dict[str, int]:
        """Data tests of these models that fail otherwise than without a mutant."""
        names = self.test_names(affected)
        failed = self.project.run_tests(self.connection, names=names)
        before = {name: count for name, count in self.failing.items() if name in names}
        return {} if failed == before else {**failed, **before}

    def build(self, names: Iterable[str], replaced: dict[str, str]) -> None:
        self.project.run(
            self.connection, as_of=self.fixture.as_of, period=self.fixture.period,
            only=set(names), replaced=replaced, views_as_tables=True,
        )  # fmt: skip


@cache
def _project() -> CompiledProject:
    return compiled_project()


@cache
def _fixtures() -> list[Fixture]:
    return fixtures()


@cache
def _shelf() -> Path:
    """Where built fixtures stay, for this content of project, kit and proofs."""
    digest = hashlib.sha256(_project().digest.encode())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yml", ".csv"}:
                digest.update(path.read_bytes())
    shelf = PROJECT_DIR / "target" / "compiled_kit" / "fixtures" / digest.hexdigest()[:16]
    shelf.mkdir(parents=True, exist_ok=True)
    return shelf


def put_on_shelf(number: int) -> str:
    """Build one fixture once; the reason why it cannot be used, or nothing."""
    fixture = _fixtures()[number]
    note = _shelf() / f"{number}.json"
    if not note.exists():
        difference, failing = None, {}
        connection = connect()
        try:
            lay_firm(connection, fixture.firm, fixture.landed, read_at=fixture.read_at)
            made = Prepared(fixture, connection, _project())
            made.build(made.wanted, {})
            failing = _project().run_tests(connection, names=made.test_names(made.wanted))
            difference = fixture.judge(connection)
            path = _shelf() / f"{number}.duckdb"
            path.unlink(missing_ok=True)
            connection.execute(
                f"attach '{path}' as shelf (block_size 16384); copy from database memory to shelf"
            )
            connection.execute("detach shelf")
        except (AssertionError, KeyError, duckdb.Error) as problem:
            difference = repr(problem)[:200]
        note.write_text(json.dumps({"difference": difference, "failing": failing}))
    difference = json.loads(note.read_text())["difference"]
    return f"not used: {fixture.name} differs without a mutant: {difference}" if difference else ""


@cache
def _prepared(number: int) -> Prepared | None:
    """One fixture in the memory of this process."""
    if put_on_shelf(number):
        return None
    connection = connect()
    connection.execute(f"attach '{_shelf() / str(number)}.duckdb' as shelf (read_only)")
    connection.execute("copy from database shelf to memory; detach shelf")
    made = Prepared(_fixtures()[number], connection, _project())
    made.failing = json.loads((_shelf() / f"{number}.json").read_text())["failing"]
    return made


@cache
def _unit_tests(model: str) -> list[UnitTest]:
    return list(unit_tests(_project(), model))


@cache
def _equivalent() -> set[tuple[str, str, str, int | None]]:
    listed = yaml.safe_load(EQUIVALENT.read_text()) or []
    for each in listed:
        assert len(each["reason"]) > 20, f"say why: {each}"
    return {
        (each["model"], each["operator"], each["fragment"], each.get("number")) for each in listed
    }


def judged(mutant: Mutant) -> Verdict:
    """The verdict on one mutant: unit tests first, they are quick."""
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
    for number in range(len(_fixtures())):
        each = _prepared(number)
        if each is None or mutant.model not in each.wanted:
            continue
        outcome, by = each.verdict(mutant)
        if outcome != "survived":
            return Verdict(mutant, outcome, by)
    return Verdict(mutant, "survived")


def model_verdicts(task: tuple[str, int | None]) -> tuple[str, list[Verdict]]:
    """All verdicts of one model; with a limit, a sample that does not move between runs."""
    model, limit = task
    template = _project().models[model].template
    mutants = list(mutants_of(model, template))
    if limit is not None:
        mutants = sorted(mutants, key=lambda mutant: crc32(mutant.name.encode()))[:limit]
    unchanged = Mutant(model, "none", "", 0, round_trip(template))
    verdict = judged(unchanged)
    assert verdict.outcome == "survived", f"{model} as parsed and written: {verdict.by}"
    return model, [judged(mutant) for mutant in mutants]


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
    options = parser.parse_args(arguments)
    models = options.models or money_models(_project())
    report, start = Report(sys.stdout.write), time.monotonic()
    tasks = [(model, options.limit) for model in models]
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for problem in pool.imap(put_on_shelf, range(len(_fixtures()))):
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
