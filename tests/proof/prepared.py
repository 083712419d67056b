"""Built fixtures that judge changed SQL: only what a change reaches is built again.

Here: the shelf on disk where a fixture stays built for one content of project and proofs, and the
verdict on one mutant. Not here: what the fixtures are (`tests.proof.fixtures`) and which mutants
there are (`tests.proof.mutants`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import duckdb

from tests.kit.compiled import (
    PROJECT_DIR,
    ROOT,
    CompiledProject,
    Inputs,
    build_model,
    compiled_project,
    connect,
)
from tests.kit.firm_tables import lay_firm
from tests.proof.fixtures import Fixture, fixtures
from tests.proof.mutants import Mutant, fold_macros

SOURCES = ("tests/kit", "tests/proof", "tests/scenarios", "tests/golden/close")
# invalid SQL is no mutant; SQL that fails on data stops a build, which is noticed
STILLBORN = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)


@dataclass
class Prepared:
    """One fixture with every model built."""

    fixture: Fixture
    connection: duckdb.DuckDBPyConnection
    project: CompiledProject
    failing: dict[str, int] = field(default_factory=dict)
    _content: dict[str, tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def wanted(self) -> set[str]:
        """The models that its marts are made of."""
        return self.project.upstream(self.fixture.marts)

    @cached_property
    def inputs(self) -> Inputs:
        """K and P."""
        return Inputs(self.fixture.as_of, self.fixture.period)

    def test_names(self, affected: set[str]) -> set[str]:
        """Data tests that read one of these models and nothing that is not built."""
        tests = self.project.tests.values()
        return {t.name for t in tests if t.models & affected and t.models <= self.wanted}

    def verdict(self, mutant: Mutant) -> tuple[str, str]:
        """Build the mutant and what it changes, judge, and take everything back."""
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
        changed = self._changed_by(mutant)
        if not changed:
            return "survived", ""
        if failed := self._failing(changed):
            return "killed", f"data test {next(iter(failed))}"
        if difference := self.fixture.judge(self.connection):
            return "killed", f"{self.fixture.name}: {difference}"
        return "survived", ""

    def _changed_by(self, mutant: Mutant) -> set[str]:
        """The models whose rows are others now; one without a changed parent is not built."""
        changed: set[str] = set()
        reached = self.project.downstream([mutant.model]) & self.wanted
        for name, model in self.project.models.items():
            if name not in reached or (name != mutant.model and not model.parents & changed):
                continue
            template = mutant.sql if name == mutant.model else model.template
            before = self._content_before(name)
            build_model(
                self.connection, model, self.inputs.bind(template), "table",
                as_table=True, check=False,
            )  # fmt: skip
            if self._content_of(name) != before:
                changed.add(name)
        return changed

    def _content_before(self, name: str) -> tuple[int, int]:
        """Content without a mutant; asked before the relation is built anew."""
        if name not in self._content:
            self._content[name] = self._content_of(name)
        return self._content[name]

    def _content_of(self, name: str) -> tuple[int, int]:
        """Number and sum of hashes of the rows: equal whatever their order."""
        row = self.connection.execute(
            f"select count(*), coalesce(sum(hash(each)::hugeint), 0)"
            f" from {self.project.models[name].relation} as each"
        ).fetchone()
        assert row is not None
        return row[0], row[1]

    def _failing(self, affected: set[str]) -> dict[str, int]:
        """Data tests of these models that fail otherwise than without a mutant."""
        names = self.test_names(affected)
        failed = self.project.run_tests(self.connection, names=names, inputs=self.inputs)
        before = {name: count for name, count in self.failing.items() if name in names}
        return {} if failed == before else {**failed, **before}

    def build(self, names: Iterable[str]) -> None:
        """Build these models, intermediate results kept."""
        self.project.run(
            self.connection, as_of=self.fixture.as_of, period=self.fixture.period,
            only=set(names), views_as_tables=True,
        )  # fmt: skip


@cache
def _shelf() -> Path:
    """Where built fixtures stay, for this content of project, kit and proofs."""
    digest = hashlib.sha256(compiled_project().digest.encode())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yml", ".csv"}:
                digest.update(path.read_bytes())
    shelf = PROJECT_DIR / "target" / "compiled_kit" / "fixtures" / digest.hexdigest()[:16]
    shelf.mkdir(parents=True, exist_ok=True)
    return shelf


def put_on_shelf(number: int) -> str:
    """Build one fixture once; the reason why it cannot be used, or nothing."""
    fixture = fixtures()[number]
    note = _shelf() / f"{number}.json"
    if not note.exists():
        note.write_text(json.dumps(_built(fixture, _shelf() / f"{number}.duckdb")))
    difference = json.loads(note.read_text())["difference"]
    return f"not used: {fixture.name} differs without a mutant: {difference}" if difference else ""


def _built(fixture: Fixture, path: Path) -> dict[str, object]:
    """Build a fixture and copy it to a file; what differs and which data tests fail."""
    difference, failing = None, {}
    connection = connect()
    try:
        lay_firm(connection, fixture.firm, fixture.landed, read_at=fixture.read_at)
        made = Prepared(fixture, connection, compiled_project())
        made.build(made.wanted)
        names = made.test_names(made.wanted)
        failing = made.project.run_tests(connection, names=names, inputs=made.inputs)
        difference = fixture.judge(connection)
        path.unlink(missing_ok=True)
        connection.execute(
            f"attach '{path}' as shelf (block_size 16384); copy from database memory to shelf"
        )
        connection.execute("detach shelf")
    except (AssertionError, KeyError, duckdb.Error) as problem:
        difference = repr(problem)[:200]
    return {"difference": difference, "failing": failing}


@cache
def prepared(number: int) -> Prepared | None:
    """One fixture in the memory of this process; None where it cannot be used."""
    if put_on_shelf(number):
        return None
    connection = connect()
    connection.execute(f"attach '{_shelf() / str(number)}.duckdb' as shelf (read_only)")
    connection.execute("copy from database shelf to memory; detach shelf")
    fold_macros(connection)
    made = Prepared(fixtures()[number], connection, compiled_project())
    made.failing = json.loads((_shelf() / f"{number}.json").read_text())["failing"]
    return made
