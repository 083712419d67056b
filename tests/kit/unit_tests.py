"""The dbt unit tests of the models' yml files, run without dbt: milliseconds each.

Each test gets a DuckDB of its own with the given rows as tables of the types that the project
makes; the model's SQL runs there and its rows are compared with the expected ones. dbt stays the
judge of the yml files themselves; here the same cases judge changed SQL (`tests.proof.mutate`).
The cases are read from the yml files: a changed case compiles nothing anew.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import yaml

from tests.kit.compiled import (
    AS_OF,
    PERIOD,
    PROJECT_DIR,
    UNIT_TESTS,
    CompiledProject,
    compiled_project,
    connect,
)
from tests.kit.firm_tables import firm_of, lay_firm

Types = Mapping[str, Mapping[str, str]]
_INPUT = re.compile(r"(ref|source)\(\s*'([^']+)'(?:\s*,\s*'([^']+)')?\s*\)")
# macro -> what the kit's literals made of it
OVERRIDABLE = {"as_of": f"cast('{AS_OF}' as timestamp)", "period_id": f"'{PERIOD}'"}


_TYPES: dict[int, Types] = {}


def relation_types(project: CompiledProject) -> Types:
    """Column types of every relation, as an empty firm has them; kept beside what dbt compiled."""
    if id(project) not in _TYPES:
        kept = PROJECT_DIR / "target" / "compiled_kit" / f"{project.digest}.types"
        if not kept.exists():
            part = kept.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(_relation_types(project)))
            part.replace(kept)
        _TYPES[id(project)] = json.loads(kept.read_text())
    return _TYPES[id(project)]


def _relation_types(project: CompiledProject) -> Types:
    firm = firm_of(
        [{"id": "E1", "name": "One", "functional_currency": "USD"}],
        [
            {
                "id": "files",
                "vendor": "csv_tables",
                "roles": ["psa", "erp"],
                "options": {"path": "x"},
            }
        ],
    )
    found: dict[str, dict[str, str]] = {}
    with connect() as connection:
        lay_firm(connection, firm, {})
        project.run(connection, as_of="2026-07-03 00:00:00", period="2026-06", views_as_tables=True)
        rows = connection.execute(
            "select table_schema || '.' || table_name, column_name, data_type"
            " from information_schema.columns order by ordinal_position"
        ).fetchall()
    for relation, column, kind in rows:
        found.setdefault(relation, {})[column] = kind
    return found


@dataclass
class UnitTest:
    """One unit test with its own small warehouse."""

    name: str
    model: str
    given: dict[str, list[dict[str, Any]]]
    expected: list[dict[str, Any]]
    overrides: dict[str, str]
    types: Types = field(repr=False)
    relation: str = ""
    _connection: duckdb.DuckDBPyConnection | None = field(default=None, repr=False)

    def failure_of(self, template: str) -> str | None:
        """Why the model's SQL fails this test, or None."""
        connection = self.connection
        for macro, text in self.overrides.items():
            literal = re.escape(OVERRIDABLE[macro])
            template = re.sub(literal, lambda _, text=text: text, template, flags=re.IGNORECASE)
        columns = ", ".join(f'"{name}"' for name in self.columns)
        cast = ", ".join(
            f'cast("{name}" as {self.types[self.relation][name]}) as "{name}"'
            for name in self.columns
        )
        try:
            connection.execute(
                f"create or replace temp table actual as select {cast} from (\n{template}\n) as made"
            )
            rows = connection.execute(
                f"(select 'missing', {columns} from (from expected except all from actual))"
                f" union all (select 'unexpected', {columns} from (from actual except all from expected))"
            ).fetchall()
        except duckdb.Error as problem:
            return f"{type(problem).__name__}: {problem}"
        return str(rows[:3]) if rows else None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The small warehouse with the given rows."""
        return self._connection or self._prepare()

    @property
    def columns(self) -> list[str]:
        """The columns that are compared; all of them where no row is expected."""
        stated = dict.fromkeys(name for row in self.expected for name in row)
        return list(stated or self.types[self.relation])

    def _prepare(self) -> duckdb.DuckDBPyConnection:
        connection = self._connection = connect()
        for relation, rows in self.given.items():
            connection.execute(f"create schema if not exists {relation.split('.')[0]}")
            _table(connection, relation, self.types[relation], rows)
        kinds = {name: self.types[self.relation][name] for name in self.columns}
        _table(connection, "main.expected", kinds, self.expected)
        return connection


def _table(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    kinds: Mapping[str, str],
    rows: list[dict[str, Any]],
) -> None:
    body = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
    connection.execute(f"create table {relation} ({body})")
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join(f"cast(? as {kinds[name]})" for name in row)
        values = [None if value is None else str(value) for value in row.values()]
        connection.execute(f"insert into {relation} ({names}) values ({marks})", values)


def unit_tests(project: CompiledProject, model: str | None = None) -> Iterator[UnitTest]:
    """The unit tests of the project, or of one model, that give all that the model reads."""
    types = relation_types(project)
    for node in _stated(project, model):
        given = {
            _relation(project, each["input"]): _rows(each.get("rows"), each.get("format", "dict"))
            for each in node["given"]
        }
        overrides = node.get("overrides", {}).get("macros", {})
        assert overrides.keys() <= OVERRIDABLE.keys(), f"{node['name']} overrides {overrides}"
        yield UnitTest(
            node["name"], node["model"], given,
            _rows(node["expect"]["rows"], node["expect"].get("format", "dict")), overrides, types,
            project.models[node["model"]].relation,
        )  # fmt: skip


def _stated(project: CompiledProject, model: str | None) -> Iterator[dict[str, Any]]:
    """What the yml files state, by the order of the models."""
    for name in project.models if model is None else [model]:
        path = (PROJECT_DIR / "models" / project.models[name].path).with_suffix(".yml")
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if UNIT_TESTS in text:
            cases = yaml.load(text[text.index(UNIT_TESTS) :], Loader=yaml.CSafeLoader)
            yield from cases["unit_tests"]


def _relation(project: CompiledProject, text: str) -> str:
    found = _INPUT.match(text)
    assert found, f"an input that is neither ref nor source: {text}"
    kind, first, second = found.groups()
    if kind == "ref":
        return project.models[second or first].relation
    return next(
        f"{node['schema']}.{node['identifier']}"
        for node in project.manifest["sources"].values()
        if (node["source_name"], node["name"]) == (first, second)
    )


def _rows(rows: Any, format_: str) -> list[dict[str, Any]]:
    if format_ == "csv":
        return [
            {key: value or None for key, value in row.items()}
            for row in csv.DictReader(io.StringIO(rows or ""))
        ]
    assert format_ == "dict", f"unit tests in {format_} are not read here"
    return list(rows or [])


def main(models: list[str]) -> int:
    """Run the unit tests of these models, or of all: `python -m tests.kit.unit_tests [model]…`."""
    project = compiled_project()
    tests = [test for test in unit_tests(project) if not models or test.model in models]
    failures = {
        f"{test.model}.{test.name}": failure
        for test in tests
        if (failure := test.failure_of(project.models[test.model].template))
    }
    for name, failure in failures.items():
        sys.stdout.write(f"FAILED {name}: {failure}\n")
    sys.stdout.write(f"{len(tests)} unit tests, {len(failures)} failed\n")
    return 1 if failures or not tests else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
