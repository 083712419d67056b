"""The matching models alone, on hand-made lines and entry versions: many cases in one run.

Here: the tables that matching reads, with defaults for what a case does not care about, and what
came out. Not here: the cases and their figures (beside this file).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from tests.kit.compiled import compiled_project, connect
from tests.kit.firm_tables import firm_of, lay_firm

Row = dict[str, Any]
AS_OF = "2026-07-31 23:59:59.999999"
CHAIN = (
    "int_open_lines", "int_open_versions", "int_exact_matches", "int_group_matches",
    "int_manual_matches", "int_line_matches", "int_line_shares", "int_erp_lines_classed",
)  # fmt: skip
GIVEN = {
    "lines": "int_erp_lines_ranked",
    "versions": "int_priced_versions",
    "manifests": "int_posting_manifests",
    "manual": "int_manual_matches_known",
    "policies": "dim_policies",
    "ledger": "stg_tieout__planned_lines",
}


def line(name: str, **fields: Any) -> Row:
    """One foreign line that names no entry: 8 hours of W1 on P1 on Monday 8 June."""
    row: Row = {
        "posting_line_id": f"erp:{name}", "erp_system": "erp", "erp_line_id": name,
        "external_id": name, "leg": "cost", "is_reversal": False, "is_manual": False,
        "legal_entity_id": "US01", "worker_id": "W1", "project_id": "P1",
        "work_date": date(2026, 6, 8), "accounting_date": date(2026, 6, 8),
        "accounting_period_id": "2026-06", "posted_at": datetime(2026, 6, 15),
        "names_worker": True, "states_hours": True, "states_cost": True, "states_bill": True,
        "is_billable": True, "hours": Decimal(8), "cost_amount_functional": Decimal(760),
        "functional_currency_code": "USD", "bill_amount_contract": Decimal(1600),
        "contract_currency_code": "USD", "orphan_class": "foreign_integration",
        "is_repeated": True, "is_reversed": False, "first_posting_line_id": "erp:",
    }  # fmt: skip
    return row | fields


def version(entry: str, number: int = 1, **fields: Any) -> Row:
    """One approved version of an entry: 8 hours, cost 95, bill 200 USD."""
    hours = Decimal(fields.get("hours", 8))
    row: Row = {
        "entry_id": f"t:{entry}", "source_system": "t", "source_record_id": entry,
        "source_version": number, "legal_entity_id": "US01", "worker_id": "W1", "client_id": "C1",
        "project_id": "P1", "work_date": date(2026, 6, 8), "accounting_period_id": "2026-06",
        "is_effective": True, "is_billable": True, "hours": hours,
        "cost_amount_functional": hours * 95, "functional_currency_code": "USD",
        "bill_amount_contract": hours * 200, "contract_currency_code": "USD",
        "valid_from": datetime(2026, 6, 9), "valid_to": None, "is_newest": True,
    }  # fmt: skip
    return row | fields


def weekly(name: str, worked: str, **fields: Any) -> Row:
    """One line for a week of a worker on a project, dated on its Friday."""
    worth = Decimal(worked)
    row: Row = {
        "hours": worth,
        "cost_amount_functional": worth * 95,
        "bill_amount_contract": worth * 200,
        "work_date": date(2026, 6, 12),
    }
    return line(name, **(row | fields))


def week(entry: str, *hours: str, **fields: Any) -> list[Row]:
    """Entries of one week from Monday 8 June, one per day."""
    return [
        version(f"{entry}{day}", hours=Decimal(text), work_date=date(2026, 6, 8 + day), **fields)
        for day, text in enumerate(hours)
    ]


class Board:
    """A DuckDB with the project's empty tables, on which cases are played."""

    def __init__(self) -> None:
        self.project = compiled_project()
        self.connection = connect()
        lay_firm(
            self.connection,
            firm_of(
                [{"id": "US01", "name": "US", "country": "US", "functional_currency": "USD",
                  "time_zone": "UTC"}],
                [{"id": "erp", "vendor": "csv_tables", "roles": ["time", "erp"],
                  "options": {"path": "."}}],
            ),
            {},
        )  # fmt: skip
        self.project.run(
            self.connection, as_of=AS_OF, period="2026-06", upstream_of=CHAIN, views_as_tables=True
        )

    def play(self, **given: Iterable[Row]) -> Outcome:
        """Match what is given; what is not given is empty."""
        assert given.keys() <= GIVEN.keys()
        for name, model in GIVEN.items():
            self._fill(self.project.models[model].relation, list(given.get(name, ())))
        self.project.run(
            self.connection, as_of=AS_OF, period="2026-06", only=CHAIN, views_as_tables=True
        )
        return Outcome(
            self._rows("intermediate.int_line_shares"),
            {
                row["posting_line_id"]: row
                for row in self._rows("intermediate.int_erp_lines_classed")
            },
            {row["manual_match_id"]: row for row in self._rows("intermediate.int_manual_matches")},
        )

    def _fill(self, relation: str, rows: list[Row]) -> None:
        self.connection.execute(f"delete from {relation}")
        if not rows:
            return
        names = list(dict.fromkeys(name for row in rows for name in row))
        frame = pa.table(
            [
                pa.array([None if r.get(n) is None else str(r[n]) for r in rows], pa.string())
                for n in names
            ],
            names=names,
        )
        self.connection.register("given_rows", frame)
        self.connection.execute(
            f"insert into {relation} by name select {', '.join(names)} from given_rows"
        )
        self.connection.unregister("given_rows")

    def _rows(self, relation: str) -> list[Row]:
        cursor = self.connection.execute(f"select * from {relation}")
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Outcome:
    """What came out of one play."""

    def __init__(self, shares: list[Row], lines: dict[str, Row], manual: dict[str, Row]) -> None:
        self.shares, self.lines, self.manual = shares, lines, manual

    @property
    def pairs(self) -> set[tuple[str, str, int]]:
        """Line, entry and tier of every share."""
        return {
            (row["posting_line_id"][4:], row["entry_id"][2:], row["match_tier"])
            for row in self.shares
        }
