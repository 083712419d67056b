"""Two entities and any number of csv_tables systems: master data as a few rows, built in a second.

Here: the firm, defaults of rows, and the build. Not here: the cases (beside this file).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from tests.kit.compiled import compiled_project, connect
from tests.kit.firm_tables import firm_of, lay_firm

ENTITIES = (
    {"id": "US01", "name": "US", "functional_currency": "USD", "time_zone": "America/New_York"},
    {"id": "UK01", "name": "UK", "functional_currency": "GBP", "time_zone": "Europe/London"},
)
Rows = Sequence[Mapping[str, Any]]
Landed = Mapping[str, Mapping[str, Rows]]
AS_OF = "2026-07-03 23:59:59"


class Built:
    """A firm as built at one K."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(sql).fetchall()

    def column(self, sql: str) -> list[Any]:
        """The first column of a query."""
        return [row[0] for row in self.rows(sql)]

    def one(self, sql: str) -> tuple[Any, ...]:
        """The only row of a query."""
        (row,) = self.rows(sql)
        return row


def build(
    landed: Landed,
    *models: str,
    ownership: Mapping[str, Any],
    crosswalks: Mapping[str, Sequence[Sequence[str]]] | None = None,
    roles: Mapping[str, Sequence[str]] | None = None,
    as_of: str = AS_OF,
) -> Built:
    """Build some models and all they are made of; every data test among them must hold."""
    systems = [
        {
            "id": name,
            "vendor": "csv_tables",
            "roles": list((roles or {}).get(name, ("psa",))),
            "options": {"path": name},
        }
        for name in landed
    ]
    firm = firm_of(ENTITIES, systems, ownership=dict(ownership), crosswalks=crosswalks)
    project = compiled_project()
    connection = connect()
    lay_firm(connection, firm, landed)
    project.run(
        connection, as_of=as_of, period="2026-06", upstream_of=models, check_contracts=True,
        views_as_tables=True,
    )  # fmt: skip
    assert project.run_tests(connection, models=project.upstream(models)) == {}
    return Built(connection)


def worker(number: str, **fields: Any) -> dict[str, Any]:
    """A worker of US01."""
    return {"worker_id": number, "worker_name": number, "legal_entity_id": "US01"} | fields


def client(number: str, **fields: Any) -> dict[str, Any]:
    """A client."""
    return {"client_id": number, "client_name": f"Client {number}"} | fields


def project(number: str, **fields: Any) -> dict[str, Any]:
    """A project of US01, billed by the hour in USD."""
    return {
        "project_id": number, "project_name": f"Project {number}", "client_id": "C1",
        "legal_entity_id": "US01", "billing_model": "time_and_materials",
        "contract_currency_code": "USD",
    } | fields  # fmt: skip


def entry(number: str, **fields: Any) -> dict[str, Any]:
    """An approved time entry of 8 hours."""
    return {
        "entry_id": number, "worker_id": "W1", "project_id": "P1", "work_date": "2026-06-08",
        "hours": "8", "approval_status": "approved", "bill_rate": "100", "cost_rate": "50",
        "is_billable": "true",
    } | fields  # fmt: skip


def line(number: str, entry_id: str | None = None, **fields: Any) -> dict[str, Any]:
    """An ERP line of 8 hours."""
    return {
        "erp_line_id": number, "entry_id": entry_id, "legal_entity_id": "US01",
        "worker_id": "W1", "project_id": "P1", "work_date": "2026-06-08",
        "accounting_date": "2026-06-08", "posted_at": "2026-06-12T10:00:00", "is_posted": "true",
        "is_billable": "true", "hours": "8", "cost_amount_functional": "400",
        "functional_currency_code": "USD", "bill_amount_contract": "800",
        "contract_currency_code": "USD",
    } | fields  # fmt: skip
