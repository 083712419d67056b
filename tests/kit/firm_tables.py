"""A firm as tables: `ops.*` and every `landed_<vendor>.<table>`, without extraction.

Rows are dicts in the words of the files: for csv_tables the columns of a shape with
`source_version`, `known_at` and `is_deleted`; for other vendors the landed columns. A folder is
read by the vendor's own reader. Values may be texts: they are cast to the landed type.

    lay_firm(connection, firm_of(...), {"files": {"time_entries": [{"entry_id": "T1", ...}]}})
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from pipelines.contracts import Table, Vendor, Window
from pipelines.records import parse_records
from pipelines.register import table_columns
from pipelines.registry import all_vendors
from tieout.config.firm import Firm
from tieout.warehouse.configuration import LEDGER_TABLES, write_configuration

Row = Mapping[str, Any]
Landed = Mapping[str, Sequence[Row]]
ALWAYS = "1970-01-01 00:00:00"
PRECISION = re.compile(r"\(([0-9]+), ([0-9]+)\)")
# names in a csv_tables file -> landed columns
STATED = {
    "source_version": "stated_version",
    "known_at": "stated_known_at",
    "is_deleted": "stated_is_deleted",
}
# what a test may say of the landing itself, under these names
HEAD = {"_id": "id", "_version": "version", "_known_at": "known_at", "_is_deleted": "is_deleted"}


def firm_of(
    entities: Iterable[Mapping[str, Any]],
    systems: Iterable[Mapping[str, Any]],
    *,
    reporting_currency: str = "USD",
    crosswalks: Mapping[str, Sequence[Sequence[str]]] | None = None,
    **parts: Any,
) -> Firm:
    """A validated firm from the parts of a firm.yml; crosswalks as rows of text per kind."""
    firm = Firm.model_validate(
        {
            "firm": {"id": "proof", "name": "Proof", "reporting_currency": reporting_currency},
            "entities": [dict(entity) for entity in entities],
            "systems": [dict(system) for system in systems],
            **parts,
        }
    )
    names = ("canonical_id", "source_system", "source_id")
    account_names = ("legal_entity_id", "target", "purpose", "account_code")
    frames = {
        kind: pl.DataFrame(
            [tuple(row) for row in rows],
            schema=list(account_names if kind == "account" else names),
            orient="row",
        )
        for kind, rows in (crosswalks or {}).items()
    }
    firm.attach(Path(), frames)
    return firm


def lay_firm(
    connection: duckdb.DuckDBPyConnection,
    firm: Firm,
    landed: Mapping[str, Landed | Path],
    *,
    ops: Landed | None = None,
    read_at: str = ALWAYS,
) -> None:
    """Make every table that the project reads.

    Args:
        connection: an open DuckDB.
        firm: the firm.
        landed: per system its tables as rows, or the folder of its files.
        ops: rows of the ledger tables of `ops`.
        read_at: when what says nothing else became known.
    """
    write_configuration(connection, firm)
    for name, rows in (ops or {}).items():
        columns = [
            (part.split()[0], part.split(maxsplit=1)[1])
            for part in PRECISION.sub(r"(\1|\2)", LEDGER_TABLES[name]).split(", ")
        ]
        _fill(
            connection,
            f"ops.{name}",
            [(column, kind.replace("|", ", ")) for column, kind in columns],
            [[row.get(column) for column, _ in columns] for row in rows],
        )
    unknown = landed.keys() - {system.id for system in firm.systems}
    assert not unknown, f"the firm has no system {sorted(unknown)}"
    for each in all_vendors():
        _lay_vendor(connection, firm, each, landed, read_at)


def _lay_vendor(
    connection: duckdb.DuckDBPyConnection,
    firm: Firm,
    each: Vendor,
    landed: Mapping[str, Landed | Path],
    read_at: str,
) -> None:
    connection.execute(f"create schema if not exists landed_{each.name}")
    systems = [s.id for s in firm.systems if s.vendor == each.name and s.id in landed]
    tables = {system: _rows_of(each, firm, system, landed[system]) for system in systems}
    for system, found in tables.items():
        strange = found.keys() - {table.name for table in each.tables}
        assert not strange, f"{each.name} ({system}) has no table {sorted(strange)}"
    for table in each.tables:
        columns = [("source_system", "varchar"), *table_columns(table)]
        values = [
            [system, *cells]
            for system, found in tables.items()
            for cells in _cells(each, table, found.get(table.name, ()), read_at)
        ]
        _fill(connection, f'landed_{each.name}."{table.name}"', columns, values)


def _rows_of(each: Vendor, firm: Firm, system: str, given: Landed | Path) -> Landed:
    """The given rows, or those of a folder as its vendor reads them."""
    if not isinstance(given, Path):
        return given
    options = {**firm.system(system).options, "path": str(given.absolute())}
    stated = firm.system(system).model_copy(update={"options": options})
    extractor = each.extractor(stated, None, datetime(1970, 1, 1, tzinfo=UTC))
    found: dict[str, list[Row]] = {}
    for table in each.tables:
        for page in extractor.pages(table, Window()):
            parsed = parse_records(table, page.records)
            assert not parsed.rejects, parsed.rejects
            renamed = [f"_{name}" if name == "id" else name for name in parsed.table.column_names]
            found.setdefault(table.name, []).extend(
                parsed.table.rename_columns(renamed).to_pylist()
            )
    return found


def _cells(each: Vendor, table: Table, rows: Iterable[Row], read_at: str) -> Iterable[list[object]]:
    names = [name for name, _ in table_columns(table)]
    in_file = STATED if each.name == "csv_tables" else {}
    for row in rows:
        cells: dict[str, object] = {"known_at": read_at, "is_deleted": False}
        for name, value in row.items():
            cells[HEAD.get(name) or in_file.get(name, name)] = value
        if "id" not in cells:
            if each.name == "csv_tables":
                key = [row[_key_of(table)], row.get("source_version")]
                cells["record_key"] = "|".join(str(part) for part in key if part is not None)
            keys = ["__".join(path) for path in table.key_paths]
            cells["id"] = "|".join(str(cells[key]) for key in keys)
        # a source that states no version has one per observed change, by the clock of the reading
        observed = int(datetime.fromisoformat(read_at).replace(tzinfo=UTC).timestamp() * 1_000_000)
        cells.setdefault("version", cells.get(table.version) if table.version else observed)
        unknown = cells.keys() - set(names) - {"record_key"}
        assert not unknown, f"{table.name} has no column {sorted(unknown)}"
        yield [cells.get(name) for name in names]


def _key_of(table: Table) -> str:
    """The shape's key: the first column after `problem`."""
    return table.columns[1].name


def _fill(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[object]],
) -> None:
    """Replace a table; the rows go over as text, so that decimals stay exact."""
    body = ", ".join(f'"{column}" {kind}' for column, kind in columns)
    connection.execute(f"create or replace table {name} ({body})")
    if not rows:
        return
    texts = pa.table(
        [
            pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
            for cells in zip(*rows, strict=True)
        ],
        names=[column for column, _ in columns],
    )
    connection.register("incoming_texts", texts)
    connection.execute(
        f"insert into {name} select "
        + ", ".join(f'cast("{column}" as {kind})' for column, kind in columns)
        + " from incoming_texts"
    )
    connection.unregister("incoming_texts")
