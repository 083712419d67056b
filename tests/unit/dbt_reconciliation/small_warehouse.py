"""A small warehouse with hand-made canonical tables, on which the real marts are built.

Here: the tables as their contracts state them, defaults for the columns a case does not care
about, and the build with the SQL that dbt compiled (`tests.kit.compiled`). Not here: the cases and their figures (beside this file), nor how
canonical tables come to be (their own tests).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.kit.compiled import PROJECT_DIR, Inputs, compiled_project, connect
from tests.unit.dbt_reconciliation.helper_tables import HELPERS
from tieout.domain.reasons import REASONS

PERIOD = "2026-06"
MEMBERS = {"project_id": "dim_projects", "client_id": "dim_clients", "worker_id": "dim_workers"}
ENTITIES = (
    ("US01", "Meridian US", "USD", "America/New_York", "netsuite"),
    ("UK01", "Meridian UK", "GBP", "Europe/London", "tryton_uk"),
    ("IN01", "Meridian India", "INR", "Asia/Kolkata", "netsuite"),
    ("unknown", "Unknown", "XXX", "UTC", None),
)
FUNCTIONAL = {row[0]: row[2] for row in ENTITIES}
Row = dict[str, Any]


def contracts() -> dict[str, dict[str, str]]:
    """Table -> column -> type of every canonical model, from the models' own contracts."""
    found = dict(HELPERS)
    for path in sorted((PROJECT_DIR / "models" / "canonical").rglob("*.yml")):
        for model in yaml.safe_load(path.read_text())["models"]:
            columns = {column["name"]: column["data_type"] for column in model["columns"]}
            found[f"canonical.{model['name']}"] = columns
    return found


@cache
def _marts() -> frozenset[str]:
    return frozenset(compiled_project().in_folder("reconciliation", "close"))


class SmallWarehouse:
    """One DuckDB file with the canonical tables, filled by a case."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "warehouse.duckdb"
        self.contracts = contracts()
        with duckdb.connect(self.path) as con:
            for table, columns in self.contracts.items():
                con.execute(f"create schema if not exists {table.split('.')[0]}")
                body = ", ".join(f"{name} {kind}" for name, kind in columns.items())
                con.execute(f"create table {table} ({body})")
        self._fill_configuration()

    def _fill_configuration(self) -> None:
        self.insert("staging.stg_tieout__firms", [{"firm_id": "meridian"}])
        self.insert("canonical.dim_legal_entities", (
            {"legal_entity_id": entity, "legal_entity_name": name, "time_zone": zone,
             "functional_currency_code": currency, "reporting_currency_code": "USD",
             "erp_system": erp}
            for entity, name, currency, zone, erp in ENTITIES
        ))  # fmt: skip
        self.insert("canonical.dim_reasons", (
            {"reason_code": r.code, "stage": r.stage, "owner_role": r.owner_role,
             "label": r.label, "sla_business_days": r.sla_business_days, "fix": r.fix}
            for r in REASONS.values()
        ))  # fmt: skip
        self.insert(
            "canonical.dim_policies",
            (
                {"policy": "tolerance", "policy_value": "0.00"},
                {"policy": "approved_to_posted_business_days", "policy_value": "1"},
            ),
        )
        self.insert("canonical.dim_clients", [{"client_id": "unknown", "is_active": False}])
        self.insert("canonical.dim_projects", [{"project_id": "unknown"}])

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Insert rows; columns a row does not name are null."""
        with duckdb.connect(self.path) as con:
            for row in rows:
                unknown = row.keys() - self.contracts[table].keys()
                assert not unknown, f"{table} has no {sorted(unknown)}"
                marks = ", ".join("?" for _ in row)
                con.execute(
                    f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
                )

    def _complete(self) -> None:
        """What a case leaves out follows from its entries: raw versions, members of dimensions."""
        with duckdb.connect(self.path) as con:
            for table in (
                "intermediate.int_time_entries_unioned", "canonical.fct_time_entries",
                "canonical.fct_entry_versions",
            ):  # fmt: skip
                names = ", ".join(
                    name for name in self.contracts[table]
                    if name in self.contracts["canonical.fct_entries"]
                )  # fmt: skip
                con.execute(f"delete from {table}")
                con.execute(
                    f"insert into {table} ({names}) select {names} from canonical.fct_entries"
                    f" where entry_type = 'time' or '{table}' = 'canonical.fct_entry_versions'"
                )
            con.execute(
                "delete from canonical.fct_erp_line_spans; insert into canonical.fct_erp_line_spans"
                " (erp_line_span_id, posting_line_id, entry_id, known_from) select posting_line_id,"
                " posting_line_id, entry_id, known_at from canonical.fct_erp_postings"
                " where entry_id is not null and not is_reversal and line_class != 'orphan'"
            )
            con.execute("update canonical.fct_entry_versions set version_known_from = known_at")
            for key, table in MEMBERS.items():
                for facts in ("fct_entries", "fct_erp_postings"):
                    con.execute(
                        f"insert into canonical.{table} ({key}, {key[:-3]}_name)"
                        f" select distinct {key}, {key} from canonical.{facts}"
                        f" where {key} is not null"
                        f" and {key} not in (select {key} from canonical.{table})"
                    )

    def build(self, as_of: str, *models: str) -> None:
        """Build these models, or all marts, as of K.

        Raises:
            ContractBroken: a model's columns are not those of its contract.
            duckdb.Error: naming the model, if its SQL fails.
        """
        self._complete()
        self._share()
        with connect(self.path) as con:
            compiled_project().run(
                con, as_of=as_of, period=PERIOD, only=models or _marts(), check_contracts=True
            )

    def failing(self, as_of: str, *tests: str) -> dict[str, int]:
        """Data tests that fail, of these or of all that read a mart: name -> failing rows."""
        project = compiled_project()
        names = tests or [t.name for t in project.tests.values() if t.models & _marts()]
        with connect(self.path) as con:
            return project.run_tests(con, names=names, inputs=Inputs(as_of, PERIOD))

    def _share(self) -> None:
        """Give each matched line its one share, which is the whole line."""
        shares, lines = (
            self.contracts[f"canonical.{name}"]
            for name in ("fct_posting_shares", "fct_erp_postings")
        )
        same = ", ".join(name for name in shares if name in lines)
        with duckdb.connect(self.path) as con:
            con.execute("delete from canonical.fct_posting_shares")
            con.execute(
                f"insert into canonical.fct_posting_shares (posting_share_id, is_billable_version,"
                f" {same}) select posting_line_id || '|1', is_billable, {same} from canonical.fct_erp_postings"
                " where line_class = 'matched'"
            )

    def built(self, as_of: str) -> SmallWarehouse:
        """Build and insist that every data test passes."""
        self.build(as_of)
        assert not (failed := self.failing(as_of)), failed
        return self

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query as dicts."""
        with duckdb.connect(self.path, read_only=True) as con:
            cursor = con.execute(sql)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def execute(self, sql: str) -> None:
        """Change the warehouse by hand."""
        with duckdb.connect(self.path) as con:
            con.execute(sql)


def entry(record: str, entity: str = "US01", **fields: Any) -> Row:
    """One approved, billable time entry of 8 hours, cost 95, bill 200 USD."""
    currency = FUNCTIONAL[entity]
    row: Row = {
        "entry_id": f"files:{record}", "entry_type": "time", "source_system": "files",
        "source_record_id": record, "source_version": 1, "correlation_id": f"c-{record}",
        "known_at": datetime(2026, 6, 9), "source_updated_at": None,
        "legal_entity_id": entity, "worker_id": "W1", "client_id": "C1", "project_id": "P1",
        "work_date": date(2026, 6, 8), "accounting_period_id": "2026-06",
        "approval_status": "approved", "approved_at": datetime(2026, 6, 9),
        "is_deleted": False, "is_effective": True, "is_billable": True,
        "billing_model": "time_and_materials", "hours": Decimal(8), "cost_rate": Decimal(95),
        "cost_amount_functional": Decimal(760), "functional_currency_code": currency,
        "bill_rate": Decimal(200), "bill_amount_contract": Decimal(1600),
        "contract_currency_code": "USD", "fx_rate_contract_to_functional": Decimal(1),
        "fx_rate_functional_to_reporting": Decimal(1), "bill_amount_functional": Decimal(1600),
        "bill_amount_reporting": Decimal(1600), "reporting_currency_code": "USD",
        "target": "netsuite", "posting_accounting_date": date(2026, 6, 8),
        "posting_accounting_period_id": "2026-06",
    }  # fmt: skip
    return row | fields


def line(number: str, posted: Row | None = None, **fields: Any) -> Row:
    """One ERP line; with an entry, the line that posts it as it stands."""
    row: Row = {
        "posting_line_id": f"erp:{number}", "erp_system": "erp", "erp_line_id": number,
        "external_id": f"p:{number}", "leg": "cost", "is_reversal": False, "is_reversed": False,
        "record_type": "csv_line", "legal_entity_id": "US01", "worker_id": "W1",
        "client_id": "C1", "project_id": "P1", "work_date": date(2026, 6, 8),
        "work_period_id": "2026-06", "accounting_date": date(2026, 6, 8),
        "accounting_period_id": "2026-06", "posted_at": datetime(2026, 6, 10),
        "is_billable": True, "hours": Decimal(8), "cost_amount_functional": Decimal(760),
        "functional_currency_code": "USD", "bill_amount_contract": Decimal(1600),
        "contract_currency_code": "USD", "line_class": "matched", "class_detail": "external_id",
        "match_tier": 0, "share_count": 1, "variance_hours": Decimal(0),
        "variance_cost_amount_functional": Decimal(0), "variance_bill_amount_contract": Decimal(0),
        "known_at": datetime(2026, 6, 10),
    }  # fmt: skip
    if posted is not None:
        same = (
            "entry_id", "source_system", "source_record_id", "source_version", "legal_entity_id",
            "worker_id", "client_id", "project_id", "work_date", "is_billable", "hours",
            "cost_amount_functional", "functional_currency_code", "bill_amount_contract",
            "contract_currency_code",
        )  # fmt: skip
        row |= {name: posted[name] for name in same}
        row["work_period_id"] = posted["accounting_period_id"]
    row |= fields
    is_late = row["accounting_period_id"] > row["work_period_id"]
    return {"is_late_entry": is_late, **row}
