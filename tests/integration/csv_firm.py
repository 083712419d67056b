"""A firm of CSV files that can be read, built and changed in seconds.

One folder: firm.yml and one folder of files per system. Here: writing the files, building the
project's own SQL on them, and the questions every case asks (hours by destination, broken
conservation tests). Not here: the cases.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.kit.compiled import PROJECT_DIR, compiled_project, connect
from tests.kit.firm_tables import lay_firm
from tieout.config import load_firm

Row = Mapping[str, Any]
WORKERS = {"W1": "US01", "W2": "UK01", "W3": "JP01"}
CURRENCY = {"US01": "USD", "UK01": "GBP", "JP01": "JPY"}
BILL_RATE = {"USD": "200", "GBP": "160", "JPY": "20000"}
COST_RATE = {"USD": "95", "GBP": "61.5", "JPY": "9000.5"}
FIRM = """\
firm: {id: acme, name: Acme, reporting_currency: USD}
entities:
  - {id: US01, name: US, country: US, functional_currency: USD, time_zone: America/New_York}
  - {id: UK01, name: UK, country: GB, functional_currency: GBP, time_zone: Europe/London}
systems:
  - {id: psa, vendor: csv_tables, roles: [hr, psa], options: {path: psa}}
  - {id: tool_a, vendor: csv_tables, roles: [time], options: {path: tool_a}}
  - {id: legacy, vendor: csv_tables, roles: [erp], options: {path: legacy}}
ownership: {worker: psa, client: psa, project: psa, fx_rate: legacy, time_entry: tool_a}
routing:
  - {target: legacy, from: 2026-01-01}
"""


def workdays(first: date, last: date) -> list[date]:
    """Monday to Friday, both ends included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def entry(number: str, worker: str, day: date, **fields: Any) -> dict[str, Any]:
    """Eight approved hours of a worker, in the currency of the worker's entity."""
    entity = WORKERS[worker]
    currency = CURRENCY[entity]
    return {
        "entry_id": number, "worker_id": worker, "project_id": f"P-{entity}", "work_date": day,
        "hours": "8", "approval_status": "approved", "approved_at": f"{day}T20:00:00Z",
        "is_billable": "true", "bill_rate": BILL_RATE[currency], "bill_currency_code": currency,
        "cost_rate": COST_RATE[currency], "cost_currency_code": currency,
        "legal_entity_id": entity, "known_at": f"{day}T21:00:00Z",
    } | fields  # fmt: skip


def write_file(folder: Path, name: str, rows: Sequence[Row]) -> None:
    """One file of a csv_tables system; its header is every column that some row has."""
    folder.mkdir(parents=True, exist_ok=True)
    header = list(dict.fromkeys(column for row in rows for column in row))
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_master(folder: Path, entities: Iterable[str] = ("US01", "UK01")) -> None:
    """Workers, client and projects of the psa, rates of the legacy ERP."""
    entities = tuple(entities)
    psa = folder / "psa"
    write_file(psa, "workers", [
        {"worker_id": worker, "worker_name": worker, "legal_entity_id": entity,
         "employment_status": "active", "known_at": "2026-01-01"}
        for worker, entity in WORKERS.items() if entity in entities
    ])  # fmt: skip
    write_file(
        psa, "clients", [{"client_id": "C1", "client_name": "One", "known_at": "2026-01-01"}]
    )
    write_file(psa, "projects", [
        {"project_id": f"P-{entity}", "project_name": entity, "client_id": "C1",
         "legal_entity_id": entity, "billing_model": "time_and_materials", "is_active": "true",
         "contract_currency_code": CURRENCY[entity], "known_at": "2026-01-01"}
        for entity in entities
    ])  # fmt: skip
    rates = {"GBP": "1.25", "JPY": "0.0067"}
    write_file(folder / "legacy", "fx_rates", [
        {"rate_id": currency, "from_currency_code": currency, "to_currency_code": "USD",
         "rate_date": "2026-01-01", "fx_rate": rate, "known_at": "2026-01-01"}
        for currency, rate in rates.items() if currency in {CURRENCY[one] for one in entities}
    ])  # fmt: skip


def line_of(row: Row, erp: str, tool: str, **fields: Any) -> dict[str, Any]:
    """The line of an ERP that posts an entry of a tool, on its day."""
    hours = Decimal(row["hours"])
    return {
        "erp_line_id": f"L-{row['entry_id']}",
        "external_id": f"acme:{erp}:{tool}:{row['entry_id']}:v1:cost",
        "legal_entity_id": row["legal_entity_id"], "worker_id": row["worker_id"],
        "project_id": row["project_id"], "work_date": row["work_date"],
        "accounting_date": row["work_date"], "posted_at": f"{row['work_date']}T22:00:00Z",
        "is_billable": "true", "hours": row["hours"],
        "cost_amount_functional": hours * Decimal(row["cost_rate"]),
        "functional_currency_code": row["cost_currency_code"],
        "bill_amount_contract": hours * Decimal(row["bill_rate"]),
        "contract_currency_code": row["bill_currency_code"],
        "known_at": f"{row['work_date']}T22:00:00Z",
    } | fields  # fmt: skip


CONSERVATION = frozenset(path.stem for path in (PROJECT_DIR / "tests").glob("conservation/*.sql"))


class Built:
    """The project built on a firm folder as it stands, at K for P."""

    def __init__(
        self, folder: Path, as_of: str = "2026-07-03 12:00:00", period: str = "2026-06",
        ops: Mapping[str, Mapping[str, Sequence[Row]]] | None = None,
    ) -> None:  # fmt: skip
        firm = load_firm(folder)
        self.connection: duckdb.DuckDBPyConnection = connect()
        lay_firm(
            self.connection, firm, {system.id: folder / system.id for system in firm.systems},
            ops=ops,
        )  # fmt: skip
        self.project = compiled_project()
        self.project.run(self.connection, as_of=as_of, period=period, views_as_tables=True)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query."""
        found = self.connection.execute(sql)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def hours_by(self, columns: str, where: str = "true") -> dict[Any, Decimal]:
        """Hours of effective entries by one column or several."""
        found = self.connection.execute(
            f"select {columns}, sum(hours) from canonical.fct_entries"
            f" where is_effective and {where} group by {columns} order by {columns}"
        ).fetchall()
        return {row[0] if len(row) == 2 else row[:-1]: row[-1] for row in found}

    def assert_conserved(self, approved: str) -> None:
        """Every approved hour has one destination or none, and no conservation test fails."""
        assert self.rows(
            "select count(*) - count(distinct entry_id) as n from canonical.fct_entries"
        )[0] == {"n": 0}
        assert sum(self.hours_by("target").values()) == Decimal(approved)
        assert self.project.run_tests(self.connection, names=CONSERVATION) == {}
        assert self.rows(
            "select * from reconciliation.rec_tie_out_identities where not is_tied"
        ) == []  # fmt: skip
