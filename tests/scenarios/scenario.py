"""Scenarios as files: a small firm, its records, and the marts worked out by hand.

Here: reading `SCN-nn.yml`, the defaults that its rows leave out, and comparing a mart with what
the file expects. Not here: building the marts (`tests.kit`), nor the scenarios themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.kit.firm_tables import firm_of, lay_firm
from tieout.config.firm import Firm

FOLDER = Path(__file__).parent
ALWAYS = datetime(2026, 1, 1)
ALL_ROLES = ["time", "expense", "psa", "hr", "erp", "billing"]
US = {
    "id": "US01", "name": "US", "country": "US", "functional_currency": "USD",
    "time_zone": "America/New_York",
}  # fmt: skip
DEFAULTS: dict[str, dict[str, Any]] = {
    "time_entries": {
        "worker_id": "W1", "project_id": "P1", "approval_status": "approved", "is_billable": True,
        "bill_rate": 200, "bill_currency_code": "USD", "cost_rate": 95, "cost_currency_code": "USD",
        "source_version": 1,
    },
    "expense_items": {
        "worker_id": "W1", "project_id": "P1", "approval_status": "approved", "is_billable": True,
        "transaction_currency_code": "USD", "reimbursement_currency_code": "USD",
        "source_version": 1,
    },
    "erp_lines": {
        "legal_entity_id": "US01", "worker_id": "W1", "project_id": "P1", "is_billable": True,
        "functional_currency_code": "USD", "contract_currency_code": "USD",
        "accounting_date": date(2026, 6, 8), "is_posted": True,
    },
    "invoices": {"legal_entity_id": "US01", "currency_code": "USD", "discount_amount": 0,
                 "tax_amount": 0, "rounding_amount": 0, "retainer_draw_amount": 0},
    "billing_allocations": {"contract_currency_code": "USD"},
    "projects": {"is_active": True},
}  # fmt: skip
# when a record that does not say so became known: the first of these columns it has
DATED_BY = ("issued_at", "invoice_date", "decided_on", "occurred_on", "paid_on", "confirmed_on")
Row = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML whose fractions are exact decimals."""


_Loader.add_constructor(
    "tag:yaml.org,2002:float", lambda loader, node: Decimal(str(loader.construct_scalar(node)))
)


@dataclass(frozen=True)
class Cut:
    """What the marts show as of one instant."""

    as_of: datetime
    period: str
    expected: Mapping[str, list[Row]]


@dataclass(frozen=True)
class Scenario:
    """One scenario file."""

    name: str
    title: str
    worked_out: str
    firm: Firm
    tables: dict[str, dict[str, list[Row]]]
    cuts: tuple[Cut, ...]

    def lay(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Fill the landed and configuration tables."""
        lay_firm(connection, self.firm, self.tables, read_at=str(ALWAYS))


def scenario_files() -> list[Path]:
    """Every scenario, in order."""
    return sorted(FOLDER.glob("SCN-*.yml"))


def read_scenario(path: Path) -> Scenario:
    """One scenario with its defaults filled in."""
    text = yaml.load(path.read_text(), _Loader)
    assert text["scenario"] == path.stem, path
    stated = dict(text["firm"])
    systems = stated.pop("systems", [{"id": "books", "roles": ALL_ROLES}])
    for system in systems:
        system.setdefault("vendor", "csv_tables")
    entities = stated.pop("entities", [US])
    stated.setdefault("firm", {"id": "scn", "name": "Scenario", "reporting_currency": "USD"})
    stated.setdefault("routing", [{"target": systems[-1]["id"]}])
    crosswalks = {
        kind: [(row["canonical_id"], row["system"], row["id"]) for row in rows]
        for kind, rows in stated.pop("crosswalks", {}).items()
    }
    tables = {
        system: {shape: list(_rows(shape, rows)) for shape, rows in shapes.items()}
        for system, shapes in text["tables"].items()
    }
    cuts = tuple(
        Cut(cut["as_of"], cut.get("period", "2026-06"), cut["expect"]) for cut in text["cuts"]
    )
    return Scenario(
        path.stem, text["title"], text["worked_out"],
        firm_of(entities, systems, crosswalks=crosswalks, **stated), tables, cuts,
    )  # fmt: skip


def _rows(shape: str, given: list[Row] | dict[str, Any]) -> Iterator[Row]:
    """The rows of one shape, each with the defaults of the shape and of the file."""
    own: Row = {}
    if isinstance(given, dict):
        own, given = given["defaults"], given["rows"]
    for row in given:
        full = {**DEFAULTS.get(shape, {}), **own, **row}
        _date(shape, full)
        yield full


def _date(shape: str, row: Row) -> None:
    """Days and instants that follow from others."""
    if shape in ("time_entries", "expense_items"):
        next_day = _instant(row["work_date"]) + timedelta(days=1)
        row.setdefault("known_at", next_day)
        if row["approval_status"] == "approved":
            row.setdefault("approved_at", row["known_at"])
    elif shape == "erp_lines":
        day = _instant(row["accounting_date"])
        row.setdefault("accounting_period_id", f"{day:%Y-%m}")
        row.setdefault("posted_at", day + timedelta(days=2))
        row.setdefault("known_at", row["posted_at"])
    else:
        stated = next((row[name] for name in DATED_BY if row.get(name)), ALWAYS)
        row.setdefault("known_at", _instant(stated))


def _instant(day: date | datetime) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)


def found_rows(
    connection: duckdb.DuckDBPyConnection, mart: str, expected: list[Row]
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """What the mart holds and what is expected, in the columns that are expected, sorted.

    Without an expected row the whole mart, or the part after `where`, must be empty.
    """
    columns = list(expected[0]) if expected else ["*"]
    assert all(list(row) == columns for row in expected), f"{mart}: rows name different columns"
    rows = connection.execute(f"select {', '.join(columns)} from {mart}").fetchall()
    wanted = [tuple(_text(row[name]) for name in columns) for row in expected]
    return sorted(tuple(_text(cell) for cell in row) for row in rows), sorted(wanted)


def _text(cell: object) -> str:
    """A value to compare: numbers by value, instants and texts as they are written."""
    if isinstance(cell, bool) or cell is None:
        return str(cell)
    if isinstance(cell, int | Decimal):
        return f"{Decimal(cell).normalize():f}"
    return str(cell)
