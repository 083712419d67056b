"""The dbt project's compiled SQL, run directly on a DuckDB: a whole firm in seconds.

Here: compiling once per content of the project, models in dependency order, building a selection
of them as dbt would name and type them, and the compiled data tests. Not here: filling the
landed and configuration tables (`tests.kit.firm_tables`), nor what the figures should be.

    project = compiled_project()
    project.run(connection, as_of="2026-07-03 23:59:59.999999", period="2026-06")
    failed = project.run_tests(connection)
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
PROJECT_DIR = ROOT / "dbt_project"
# no firm ever closes this period: the literals are found and replaced at run time
AS_OF = "1987-06-05 04:03:02.010203"
PERIOD = "1987-06"
DATABASE = "compiled_kit"
KEPT = 3
UNIT_TESTS = "\nunit_tests:"
"""The last key of a yml file: what follows changes nothing that is compiled."""


def connect(path: str | Path = ":memory:", *, threads: int = 1) -> duckdb.DuckDBPyConnection:
    """A DuckDB as the project's profile opens it."""
    connection = duckdb.connect(str(path))
    connection.execute(
        f"set TimeZone = 'UTC'; set enable_progress_bar = false; set threads = {threads}"
    )
    return connection


@dataclass(frozen=True)
class Model:
    """One model as dbt compiled it."""

    name: str
    schema: str
    materialized: str
    path: str
    template: str
    columns: Mapping[str, str]
    not_null: frozenset[str]
    has_contract: bool
    parents: frozenset[str]

    @property
    def relation(self) -> str:
        """Schema and name, as dbt makes them."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class DataTest:
    """One data test as dbt compiled it: it fails when it returns a row."""

    name: str
    template: str
    models: frozenset[str]


@dataclass
class Inputs:
    """K and P of the last run of one connection."""

    as_of: str
    period: str

    def bind(self, template: str) -> str:
        """The SQL of this K and P."""
        return template.replace(AS_OF, self.as_of).replace(f"'{PERIOD}'", f"'{self.period}'")


class ContractBroken(AssertionError):  # noqa: N818 - named for what happened
    """A model's columns are not those of its contract, which stops a build by dbt."""


@dataclass
class CompiledProject:
    """All models and data tests of the project."""

    manifest: dict[str, Any]
    digest: str = ""
    _inputs: dict[int, Inputs] = field(default_factory=dict)

    @cached_property
    def models(self) -> dict[str, Model]:
        """Name -> model, parents before children."""
        nodes = {k: n for k, n in self.manifest["nodes"].items() if n["resource_type"] == "model"}
        order = TopologicalSorter(
            {k: sorted(p for p in n["depends_on"]["nodes"] if p in nodes) for k, n in nodes.items()}
        ).static_order()
        return {nodes[key]["name"]: _model(nodes[key], nodes) for key in order}

    @cached_property
    def tests(self) -> dict[str, DataTest]:
        """Name -> data test."""
        return {
            node["name"]: DataTest(
                node["name"],
                _portable(node["compiled_code"]),
                frozenset(p.split(".")[-1] for p in node["depends_on"]["nodes"]),
            )
            for node in self.manifest["nodes"].values()
            if node["resource_type"] == "test"
        }

    @cached_property
    def sources(self) -> frozenset[tuple[str, str]]:
        """Every (schema, table) that some model reads and no model makes."""
        return frozenset(
            (node["schema"], node["identifier"]) for node in self.manifest["sources"].values()
        )

    @cached_property
    def children(self) -> dict[str, frozenset[str]]:
        """Name -> the models that read it directly."""
        found: dict[str, set[str]] = {name: set() for name in self.models}
        for model in self.models.values():
            for parent in model.parents:
                found[parent].add(model.name)
        return {name: frozenset(names) for name, names in found.items()}

    def upstream(self, names: Iterable[str]) -> set[str]:
        """The models and all they are made of."""
        return _closure(names, lambda name: self.models[name].parents)

    def downstream(self, names: Iterable[str]) -> set[str]:
        """The models and all that is made of them."""
        return _closure(names, lambda name: self.children[name])

    def in_folder(self, *folders: str) -> list[str]:
        """Models whose file lies below `models/<folder>`."""
        return [
            name
            for name, model in self.models.items()
            if any(model.path.startswith(f"{folder.rstrip('/')}/") for folder in folders)
        ]

    def sql(self, name: str, as_of: str, period: str) -> str:
        """The SQL of one model at K for P."""
        return Inputs(as_of, period).bind(self.models[name].template)

    def run(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        as_of: str,
        period: str,
        only: Collection[str] | None = None,
        upstream_of: Collection[str] | None = None,
        replaced: Mapping[str, str] | None = None,
        views_as_tables: bool = False,
        check_contracts: bool = False,
    ) -> None:
        """Build models in order of dependency.

        Args:
            connection: holds the landed and `ops` tables; see `tests.kit.firm_tables`.
            as_of: K as text, UTC.
            period: P, such as `2026-06`.
            only: build exactly these models.
            upstream_of: build these models and all they are made of.
            replaced: other SQL for some models (with this kit's K and P literals).
            views_as_tables: keep staging and intermediate results instead of views: faster where
                several models read them.
            check_contracts: refuse columns that differ from the contract, as dbt does.

        Raises:
            ContractBroken: if a model's columns differ from its contract.
            duckdb.Error: naming the model, if its SQL fails.
        """
        wanted = set(self.models if only is None else only)
        if upstream_of is not None:
            wanted &= self.upstream(upstream_of)
        unknown = wanted - self.models.keys()
        if unknown:
            raise KeyError(f"no such model: {', '.join(sorted(unknown))}")
        inputs = self._inputs[id(connection)] = Inputs(as_of, period)
        for schema in sorted({self.models[name].schema for name in wanted}):
            connection.execute(f"create schema if not exists {schema}")
        standing = standing_relations(connection)
        for name, model in self.models.items():
            if name in wanted:
                template = (replaced or {}).get(name, model.template)
                try:
                    build_model(
                        connection, model, inputs.bind(template), standing.get(model.relation),
                        as_table=views_as_tables, check=check_contracts,
                    )  # fmt: skip
                except duckdb.Error as problem:
                    raise type(problem)(f"{model.path}: {problem}") from problem

    def run_tests(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        names: Collection[str] | None = None,
        models: Collection[str] | None = None,
        inputs: Inputs | None = None,
    ) -> dict[str, int]:
        """Data tests that fail: name -> number of failing rows.

        Args:
            connection: where the models were built by `run`.
            names: only these tests.
            models: only tests that read nothing but these models.
            inputs: K and P; those of the last run of this connection when omitted.
        """
        inputs = inputs or self._inputs[id(connection)]
        failed = {}
        for test in self.tests.values():
            if names is not None and test.name not in names:
                continue
            if models is not None and not test.models <= set(models):
                continue
            sql = f"select count(*) from ({inputs.bind(test.template)}\n) as failing"
            rows = connection.execute(sql).fetchone()
            if rows and rows[0]:
                failed[test.name] = rows[0]
        return failed


def standing_relations(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Schema and name -> view or table, of everything that is there. One question: it is slow."""
    return dict(
        connection.execute(
            "select schema_name || '.' || view_name, 'view' from duckdb_views() where not internal"
            " union all select schema_name || '.' || table_name, 'table' from duckdb_tables()"
        ).fetchall()
    )


def build_model(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    sql: str,
    before: str | None,
    *,
    as_table: bool,
    check: bool,
) -> None:
    """Make one relation; what stood at its name `before` goes away."""
    kind = "view" if model.materialized == "view" and not as_table else "table"
    if before is not None and before != kind:
        connection.execute(f"drop {before} {model.relation}")
    if check and model.has_contract:
        _check_contract(connection, model, sql)
    if not model.has_contract or kind == "view":
        connection.execute(f"create or replace {kind} {model.relation} as {sql}")
        return
    columns = ", ".join(
        f'"{name}" {type_}{" not null" if name in model.not_null else ""}'
        for name, type_ in model.columns.items()
    )
    names = ", ".join(f'"{name}"' for name in model.columns)
    connection.execute(f"create or replace table {model.relation} ({columns})")
    connection.execute(
        f"insert into {model.relation} ({names}) select {names} from (\n{sql}\n) as built"
    )


def _check_contract(connection: duckdb.DuckDBPyConnection, model: Model, sql: str) -> None:
    found = {
        row[0]: row[1] for row in connection.execute(f"describe select * from ({sql}\n)").fetchall()
    }
    declared = connection.execute(
        "describe select "
        + ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in model.columns.items())
    ).fetchall()
    wanted = {row[0]: row[1] for row in declared}
    wrong = [
        f"{name}: contract {wanted.get(name, 'has none')}, model {found.get(name, 'has none')}"
        for name in sorted(found.keys() | wanted.keys())
        if _kind(found.get(name)) != _kind(wanted.get(name))
    ]
    if wrong:
        raise ContractBroken(f"{model.path}: " + "; ".join(wrong))


def _kind(type_: str | None) -> str | None:
    """A type without its precision, which dbt's comparison leaves to the cast."""
    return None if type_ is None else type_.split("(")[0]


def _closure(names: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    waiting, found = list(names), set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(step(name))
    return found


def _portable(sql: str) -> str:
    return re.sub(rf'"{DATABASE}"\s*\.\s*', "", sql).rstrip().rstrip(";")


def _model(node: dict[str, Any], nodes: dict[str, Any]) -> Model:
    columns = node["columns"].values()
    return Model(
        name=node["name"],
        schema=node["schema"],
        materialized=node["config"]["materialized"],
        path=node["path"],
        template=_portable(node["compiled_code"]),
        columns={column["name"]: column["data_type"] for column in columns},
        not_null=frozenset(
            column["name"]
            for column in columns
            if any(rule["type"] == "not_null" for rule in column["constraints"])
        ),
        has_contract=node["config"]["contract"]["enforced"],
        parents=frozenset(nodes[p]["name"] for p in node["depends_on"]["nodes"] if p in nodes),
    )


def _digest() -> str:
    """The content of the project, as one hash."""
    digest = hashlib.sha256(f"{AS_OF}|{PERIOD}|{DATABASE}".encode())
    for path in sorted(PROJECT_DIR.rglob("*")):
        if path.suffix in {".sql", ".yml", ".csv"} and "target" not in path.parts:
            text = path.read_text(encoding="utf-8").split(UNIT_TESTS)[0]
            digest.update(f"{path.relative_to(PROJECT_DIR)}{text}".encode())
    return digest.hexdigest()[:24]


def _compile(folder: Path) -> dict[str, Any]:
    command = [
        str(Path(sys.executable).with_name("dbt")), "compile", "--quiet", "--no-populate-cache",
        "--no-partial-parse",  # it keeps unit tests that are gone
        "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
    ]  # fmt: skip
    environment = {
        **os.environ,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "TIEOUT_WAREHOUSE": str(folder / f"{DATABASE}.duckdb"),
        "TIEOUT_AS_OF": AS_OF,
        "TIEOUT_PERIOD": PERIOD,
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"dbt compile failed:\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
    return json.loads((folder / "target" / "manifest.json").read_text())


@cache
def compiled_project() -> CompiledProject:
    """The project as it stands now, compiled once for all processes."""
    folder = PROJECT_DIR / "target" / "compiled_kit"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(str(folder / ".lock")):
        digest = _digest()
        kept = folder / f"{digest}.json"
        if not kept.exists():
            manifest = _compile(folder)
            part = kept.with_suffix(".part")
            part.write_text(json.dumps({k: manifest[k] for k in ("nodes", "sources")}))
            part.replace(kept)
            old = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
            for path in old[:-KEPT]:
                path.unlink()
                path.with_suffix(".types").unlink(missing_ok=True)
        return CompiledProject(json.loads(kept.read_text()), digest)
