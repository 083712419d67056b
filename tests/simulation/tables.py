"""The rows that the planning models read, made from the simulated firm.

Here: the tables where the extraction, the ledger's export and the pricing end. Not here: running
the models on them (`tests.simulation.planner_sql`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tests.simulation.books import KINDS
from tests.simulation.firm import ENTITIES, JULY, JUNE, SOURCE, Record
from tests.simulation.inputs import Inputs
from tests.simulation.planner import Rules, is_closed, row_of
from tieout.domain.keys import correlation_id

Row = dict[str, Any]
MONTHS = {JUNE: (date(2026, 6, 1), date(2026, 6, 30)), JULY: (date(2026, 7, 1), date(2026, 7, 31))}


def landed_rows(inputs: Inputs) -> list[Row]:
    """Every landed record, in the order of arrival."""
    return [
        {
            "source_system": SOURCE, "source_record_id": record.number,
            "source_version": record.version, "known_at": f"2026-07-01 00:00:00.{index:06d}",
            "is_deleted": record.is_deleted, "source_worker_id": record.worker,
            "work_date": record.work_date, "hours": record.hours, "approval_status": record.status,
            "is_billable": True, "legal_entity_id": record.entity,
        }
        for index, record in enumerate(inputs.landed)
    ]  # fmt: skip


def version_rows(records: Iterable[Record]) -> list[Row]:
    """Versions as the lines of ERPs meet them."""
    return [
        {
            "entry_id": record.entry_id, "source_system": SOURCE,
            "source_record_id": record.number, "source_version": record.version,
            "existed_at": "2026-07-01 00:00:00", "legal_entity_id": record.entity,
            "worker_id": record.worker, "work_date": record.work_date, "is_billable": True,
        }
        for record in records
    ]  # fmt: skip


def book_rows(inputs: Inputs) -> list[Row]:
    """What the ERPs' extracts show of their books."""
    return [
        {
            "source_system": name, "erp_line_id": item.erp_id, "source_version": 1,
            "known_at": "2026-07-01 00:00:00", "is_deleted": False, "record_type": "journal",
            "external_id": item.key, "legal_entity_id": item.legal_entity_id,
            "accounting_date": item.accounting_date, "is_posted": item.state == "posted",
            "hours": item.hours, "cost_amount_functional": item.amount,
            "functional_currency_code": item.currency,
        }
        for name, items in inputs.books.items()
        for item in items
    ]  # fmt: skip


def plan_rows(inputs: Inputs, columns: Iterable[str]) -> list[Row]:
    """What the ledger exports of everything that was planned; `columns` are those of the model."""
    wanted = [name for name in columns if name not in ("state", "planned_at")]
    return [
        {name: planned.row.get(name) for name in wanted}
        | {"state": planned.state, "planned_at": f"2026-07-01 00:00:00.{index:06d}"}
        for index, planned in enumerate(inputs.plans)
    ]


def period_rows(inputs: Inputs) -> list[Row]:
    """The accounting periods of the entities."""
    return [
        {
            "period_key": f"{entity}|{month}", "legal_entity_id": entity,
            "accounting_period_id": month, "close_month_id": month,
            "is_open": not is_closed(start, inputs),
        }
        for entity in ENTITIES
        for month, (start, _) in MONTHS.items()
    ]  # fmt: skip


def subledger_rows(inputs: Inputs) -> list[Row]:
    """The periods of every entity in every ERP, for time."""
    return [
        {
            "subledger_period_key": f"{entity}|{erp}|{month}", "legal_entity_id": entity,
            "erp_system": erp, "accounting_period_id": month, "subledger": "time",
            "start_date": start, "end_date": end,
            "status": "closed" if is_closed(start, inputs) else "open",
            "is_open": not is_closed(start, inputs), "known_at": "2026-07-01 00:00:00",
        }
        for entity in ENTITIES
        for erp in KINDS
        for month, (start, end) in MONTHS.items()
    ]  # fmt: skip


def entry_row(record: Record, target: str, inputs: Inputs, *, is_newest: bool) -> Row:
    """A version with its price, its destination and its accounting date."""
    line = row_of(record, target, inputs, Rules())
    return {
        "entry_id": record.entry_id, "entry_type": "time", "source_system": SOURCE,
        "source_record_id": record.number, "source_version": record.version,
        "correlation_id": correlation_id(record.entry_id), "is_newest": is_newest,
        "legal_entity_id": record.entity, "worker_id": record.worker, "project_id": "P-1003",
        "client_id": "C-01", "work_date": record.work_date,
        "accounting_period_id": f"{record.work_date:%Y-%m}",
        "approval_status": record.status, "is_deleted": record.is_deleted,
        "is_effective": record.is_effective, "is_billable": True, "hours": record.hours,
        "cost_amount_functional": record.amount(inputs.rates),
        "functional_currency_code": ENTITIES[record.entity], "bill_amount_contract": 0,
        "target": target, "posting_accounting_date": line["accounting_date"],
        "posting_accounting_period_id": line["accounting_period_id"],
    }  # fmt: skip


def destination_of(
    record: Record,
    planned: Mapping[tuple[str, str | None], str],
    posted: Mapping[str, str],
    inputs: Inputs,
) -> str:
    """Where the models send an entry, in the order in which `int_entries_located` asks them."""
    entry = record.entry_id
    by_plan = planned.get((entry, record.entity)) or planned.get((entry, None))
    return by_plan or posted.get(entry) or inputs.routes[record.entity]
