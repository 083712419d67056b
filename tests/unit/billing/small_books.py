"""The billing marts on hand-made canonical tables: many cases in one DuckDB, in a second.

Here: tables as the contracts of the canonical models state them, defaults of a posted entry and its
line, and one run of the billing marts. Not here: the cases, nor how canonical tables come to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from tests.kit.compiled import compiled_project, connect
from tieout.domain.reasons import REASONS

Row = dict[str, Any]
AS_OF = "2026-07-03 12:00:00"
PERIOD = "2026-06"
MARTS = (
    "rec_billing_partition", "rec_invoice_ready", "rec_wip_reliefs",
    "rec_cap_balances", "rec_retainer_balances", "rec_milestones_not_billed",
    "rec_billed_entry_changes",
)  # fmt: skip
IDENTITIES = ("int_identity_i06", "int_identity_i07", "int_identity_i08")
ENTITY = {
    "legal_entity_id": "US01", "legal_entity_name": "US", "time_zone": "America/New_York",
    "functional_currency_code": "USD", "reporting_currency_code": "USD", "erp_system": "erp",
}  # fmt: skip


class SmallBooks:
    """One DuckDB with every canonical table, filled by cases, and the billing marts built on it."""

    def __init__(self) -> None:
        self.project = compiled_project()
        self.connection: duckdb.DuckDBPyConnection = connect()
        self.tables = {
            name: model
            for name, model in self.project.models.items()
            if model.path.startswith("canonical/")
        }
        self.connection.execute("create schema canonical")
        for name, model in self.tables.items():
            body = ", ".join(f'"{column}" {kind}' for column, kind in model.columns.items())
            self.connection.execute(f"create table canonical.{name} ({body})")
        self.insert("dim_legal_entities", [ENTITY])
        self.insert("dim_projects", [{"project_id": "unknown"}])
        self.insert("dim_clients", [
            {"client_id": "unknown", "is_active": False}, {"client_id": "C1", "is_active": True},
        ])  # fmt: skip
        self.insert("dim_accounting_periods", [{
            "legal_entity_id": "US01", "accounting_period_id": "2026-06",
            "start_date": date(2026, 6, 1), "end_date": date(2026, 6, 30),
        }])  # fmt: skip
        self.insert("dim_reasons", [
            {"reason_code": r.code, "stage": r.stage, "owner_role": r.owner_role}
            for r in REASONS.values()
        ])  # fmt: skip

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Insert rows; columns that a row does not name are null."""
        groups: dict[tuple[str, ...], list[list[Any]]] = {}
        for row in rows:
            unknown = row.keys() - self.tables[table].columns.keys()
            assert not unknown, f"{table} has no {sorted(unknown)}"
            groups.setdefault(tuple(row), []).append(list(row.values()))
        for names, values in groups.items():
            marks = ", ".join("?" for _ in names)
            self.connection.executemany(
                f"insert into canonical.{table} ({', '.join(names)}) values ({marks})", values
            )

    def post(self, lines: Iterable[Row]) -> None:
        """Insert ERP lines, each the whole of its entry's posting."""
        rows = list(lines)
        self.insert("fct_erp_postings", rows)
        names = self.tables["fct_posting_shares"].columns.keys()
        self.insert("fct_posting_shares", [
            {name: value for name, value in row.items() if name in names}
            | {"posting_share_id": f"{row['posting_line_id']}:{row['entry_id']}",
               "is_billable_version": row["is_billable"]}
            for row in rows
        ])  # fmt: skip

    def build(self, as_of: str = AS_OF) -> SmallBooks:
        """Build the billing marts and their identities as of K."""
        wanted = self.project.upstream([*MARTS, *IDENTITIES])
        only = [name for name in wanted if name not in self.tables]
        only = [name for name in only if self.project.models[name].schema == "reconciliation"]
        self.project.run(self.connection, as_of=as_of, period=PERIOD, only=only)
        return self

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query as dicts."""
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def by_key(self, mart: str, key: str) -> dict[str, Row]:
        """The rows of a mart by their key."""
        return {row[key]: row for row in self.rows(f"select * from reconciliation.{mart}")}


def entry(record: str, **fields: Any) -> Row:
    """One approved billable entry of 8 hours at 200 USD on project P1."""
    row: Row = {
        "entry_id": f"tool:{record}", "entry_type": "time", "source_system": "tool",
        "source_record_id": record, "source_version": 1, "known_at": datetime(2026, 6, 9),
        "legal_entity_id": "US01", "worker_id": "W1", "client_id": "C1", "project_id": "P1",
        "work_date": date(2026, 6, 8), "accounting_period_id": "2026-06",
        "approval_status": "approved", "is_effective": True, "is_billable": True,
        "billing_model": "time_and_materials", "hours": Decimal(8),
        "cost_amount_functional": Decimal(760),
        "bill_amount_contract": Decimal(1600), "contract_currency_code": "USD",
        "functional_currency_code": "USD", "reporting_currency_code": "USD",
        "fx_rate_contract_to_functional": Decimal(1),
        "fx_rate_functional_to_reporting": Decimal(1), "bill_amount_reporting": Decimal(1600),
    }  # fmt: skip
    return row | fields


def line(number: str, posted: Row, **fields: Any) -> Row:
    """The ERP line that posts an entry as it stands."""
    row: Row = {
        "posting_line_id": f"erp:{number}", "erp_system": "erp", "erp_line_id": number,
        "external_id": f"p:{number}", "leg": "cost", "is_reversal": False, "is_reversed": False,
        "work_period_id": posted["accounting_period_id"], "accounting_date": posted["work_date"],
        "accounting_period_id": "2026-06", "posted_at": datetime(2026, 6, 10),
        "line_class": "matched", "known_at": datetime(2026, 6, 10),
    }  # fmt: skip
    for name in (
        "entry_id", "source_system", "source_record_id", "source_version", "legal_entity_id",
        "worker_id", "client_id", "project_id", "work_date", "is_billable", "hours",
        "cost_amount_functional", "functional_currency_code", "bill_amount_contract",
        "contract_currency_code",
    ):  # fmt: skip
        row[name] = posted[name]
    return row | fields


def allocation(number: str, billed_line: Row, amount: Decimal, **fields: Any) -> Row:
    """What an issued invoice bills of a line."""
    row: Row = {
        "allocation_id": f"bill:{number}", "source_system": "bill",
        "posting_line_id": billed_line["posting_line_id"], "entry_id": billed_line["entry_id"],
        "invoice_id": f"I{number}", "invoice_key": f"bill:I{number}",
        "invoice_date": date(2026, 6, 30), "invoice_status": "issued", "is_issued": True,
        "hours": Decimal(0), "billed_amount_contract": amount,
        "discount_amount_contract": Decimal(0), "contract_currency_code": "USD",
    }  # fmt: skip
    return row | fields


def adjustment(number: str, kind: str, decided_line: Row, amount: Decimal, **fields: Any) -> Row:
    """A decision about a line."""
    row: Row = {
        "adjustment_id": f"bill:{number}", "adjustment_kind": kind, "scope": "item",
        "posting_line_id": decided_line["posting_line_id"], "entry_id": decided_line["entry_id"],
        "project_id": decided_line["project_id"], "adjusted_amount_contract": amount,
        "decided_on": date(2026, 7, 1), "known_at": datetime(2026, 7, 1), "reason": "agreed",
    }  # fmt: skip
    return row | fields
