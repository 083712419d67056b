"""The sample firm's contract system: CSV files in the product's own shapes.

Here: contracts, their lines, milestones, the retainer, budgets and capacities of the firm, derived
from the projects and people that the other systems show, without chance of their own. Ids of
projects, clients and workers are the firm's codes. Nothing planted elsewhere changes: every
contract is in force, and rates and caps stay where they are. Not here: the firm folder
(`folder.py`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tieout.sandbox.firm.firm import FirmState, SandboxFirm
from tieout.sandbox.firm.master import Project
from tieout.sandbox.firm.money import cents

CONTRACTS = "contracts"
FILES = Path("files") / CONTRACTS
_WEEK = {"US01": Decimal(40), "UK01": Decimal("37.5"), "IN01": Decimal(45)}
_HOLIDAY_NUMBER = 9
_LINE_TYPE = {"capped": "time_and_materials", "fixed_fee": "milestone", "retainer": "retainer"}
_FUNDED_MONTHS = 2
# project -> hours and share of them in value: the first is kept, the second overrun
_BUDGETS = {
    "P-1001": (Decimal(100000), Decimal(165)),
    "P-1003": (Decimal(500), Decimal(120)),
    "P-1007": (Decimal(100000), Decimal(5500)),
}
Row = dict[str, Any]


def write_contract_files(firm: SandboxFirm, folder: Path) -> None:
    """Write every file of the contract system below `folder/files/contracts`."""
    target = folder / FILES
    target.mkdir(parents=True, exist_ok=True)
    for name, rows in contract_tables(firm).items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def contract_tables(firm: SandboxFirm) -> Mapping[str, list[Row]]:
    """File name -> its rows, as the firm's books say at its clock."""
    state = firm.at(firm.now)
    sold = [row for row in state.projects if row.billing_model != "internal"]
    founded = min(row.created_at for row in state.projects)
    tables = {
        "contracts": [_contract(row) for row in sold],
        "contract_lines": [_line(row) for row in sold],
        "milestones": list(_milestones(state)),
        "retainer_movements": list(_retainers(firm, sold)),
        "projects": [_project(row) for row in sold],
        "workers": [
            {"worker_id": row.worker_id, "employee_number": row.worker_id} for row in state.workers
        ],
        "capacities": list(_capacities(firm, state)),
    }
    known = founded.isoformat().replace("+00:00", "Z")
    return {
        name: [{**row, "source_version": 1, "known_at": known} for row in rows]
        for name, rows in tables.items()
    }


def _contract(project: Project) -> Row:
    number = project.project_id.removeprefix("P-")
    return {
        "contract_id": f"CT-{number}",
        "contract_code": f"CT-{number}",
        "contract_name": project.name,
        "engagement_code": f"ENG-{project.client_id.removeprefix('C-')}",
        "client_id": project.client_id,
        "legal_entity_id": project.legal_entity_id,
        "currency_code": project.contract_currency_code,
        "start_date": project.start_date,
        "purchase_order_number": f"PO-{number}",
        "payment_terms_days": 30,
        "is_active": True,
        "amendment_number": 0,
    }


def _line(project: Project) -> Row:
    contract = f"CT-{project.project_id.removeprefix('P-')}"
    fee = project.fee_amount if project.billing_model in ("fixed_fee", "retainer") else None
    return {
        "contract_line_id": f"{contract}-1",
        "contract_id": contract,
        "project_id": project.project_id,
        "line_type": _LINE_TYPE.get(project.billing_model, "time_and_materials"),
        "price_amount": fee,
        "presentation": "principal",
        "start_date": project.start_date,
    }


def _milestones(state: FirmState) -> Iterable[Row]:
    for row in state.milestones:
        is_done = row.status in ("accepted", "invoiced")
        yield {
            "milestone_id": row.milestone_id,
            "contract_line_id": f"CT-{row.project_id.removeprefix('P-')}-1",
            "milestone_name": row.name,
            "amount": row.amount,
            "planned_date": row.due_date,
            "completed_date": row.due_date if is_done else None,
            "accepted_date": row.due_date if is_done else None,
            "milestone_status": "accepted" if is_done else "planned",
        }


def _retainers(firm: SandboxFirm, sold: list[Project]) -> Iterable[Row]:
    """Funded for the first months, one of them used in part."""
    first = min(row.start_date for row in firm.periods)
    for project in sold:
        if project.billing_model != "retainer" or project.fee_amount is None:
            continue
        contract = f"CT-{project.project_id.removeprefix('P-')}"
        funded = project.fee_amount * _FUNDED_MONTHS
        drawn = cents(project.fee_amount / 2)
        for kind, amount, day in (
            ("funded", funded, first),
            ("drawn", drawn, first + timedelta(days=40)),
        ):
            yield {
                "movement_id": f"{contract}/{kind}",
                "contract_id": contract,
                "movement_kind": kind,
                "amount": amount,
                "occurred_on": day,
                "is_confirmed": True,
            }


def _project(project: Project) -> Row:
    hours, value = _BUDGETS.get(project.project_id, (None, None))
    return {
        "project_id": project.project_id,
        "project_code": project.project_id,
        "budget_hours": hours,
        "budget_amount_contract": None if hours is None or value is None else hours * value,
    }


def _capacities(firm: SandboxFirm, state: FirmState) -> Iterable[Row]:
    """The working week of each entity, and one public holiday in the month being closed."""
    holiday = max(row.start_date for row in firm.periods if row.accounting_period_id ==
                  firm.period_id) + timedelta(days=_HOLIDAY_NUMBER)  # fmt: skip
    for worker in state.workers:
        week = _WEEK[worker.legal_entity_id]
        working = (worker.hired_date, worker.terminated_date or "9999-12-31")
        for kind, (start, end) in (("working", working), ("holiday", (holiday, holiday))):
            yield {
                "capacity_id": f"{worker.worker_id}/{kind}",
                "worker_id": worker.worker_id,
                "start_date": start,
                "end_date": end,
                "hours_per_week": week,
                "capacity_kind": kind,
            }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
