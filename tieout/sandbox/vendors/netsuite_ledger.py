"""What an earlier integration and people posted in the emulated NetSuite before this product came.

Here: time bills and journals from the firm's ERP history. Not here: saving through the API
(`netsuite_timebill`, `netsuite_journal`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tieout.sandbox.firm.firm import FirmState
from tieout.sandbox.firm.ledger import ErpLine
from tieout.sandbox.vendors.netsuite_lines import remove, write_lines
from tieout.sandbox.vendors.netsuite_master import SYSTEM, subsidiary_of
from tieout.sandbox.vendors.netsuite_store import Store

_ZERO = Decimal(0)


def load(
    store: Store, state: FirmState, history: Iterable[ErpLine], before: datetime | None
) -> None:
    """Write the lines that changed after `before` and until the state's clock.

    Args:
        store: the account.
        state: the firm at the clock, for the master data.
        history: all versions of all ERP lines.
        before: None loads everything.
    """
    newest: dict[str, ErpLine] = {}
    for line in history:
        late_enough = before is None or line.changed_at > before
        if line.erp_system != SYSTEM or not late_enough or line.changed_at > state.clock:
            continue
        held = newest.get(line.erp_line_id)
        if held is None or line.changed_at >= held.changed_at:
            newest[line.erp_line_id] = line
    links = _Links(state)
    bills = []
    for key, line in newest.items():
        if line.is_deleted:
            store.execute("delete from timebill where id = ?", (int(key),))
            remove(store, int(key))
        elif line.record_type == "time_bill":
            bills.append(_time_bill(links, line))
        else:
            _write_journal(store, links, line)
    store.put("timebill", bills)


class _Links:
    """Internal ids of what an ERP line refers to."""

    def __init__(self, state: FirmState) -> None:
        self.state = state
        self.currency = {row.code: int(row.netsuite_currency_id) for row in state.currencies}
        self.account = {
            row.account_code: int(row.netsuite_account_id)
            for row in state.accounts
            if row.erp_system == SYSTEM and row.netsuite_account_id is not None
        }
        self.period = {
            row.accounting_period_id: int(row.netsuite_period_id)
            for row in state.periods
            if row.erp_system == SYSTEM and row.netsuite_period_id is not None
        }

    def employee(self, worker_id: str | None) -> int | None:
        """Employee of a worker."""
        worker = self.state.worker.get(worker_id or "")
        return _number(worker.netsuite_employee_id) if worker else None

    def job(self, project_id: str | None) -> int | None:
        """Job of a project."""
        project = self.state.project.get(project_id or "")
        return _number(project.netsuite_job_id) if project else None


def _time_bill(links: _Links, line: ErpLine) -> dict[str, Any]:
    return {
        "id": int(line.erp_line_id), "externalid": line.external_id,
        "employee": links.employee(line.worker_id), "customer": links.job(line.project_id),
        "trandate": line.accounting_date, "hours": line.hours, "isbillable": line.is_billable,
        "rate": line.bill_rate, "memo": line.memo,
        "subsidiary": subsidiary_of(links.state, line.legal_entity_id), "timetype": "A",
        "approvalstatus": "3" if line.is_posted else "2", "posted": line.is_posted,
        "createdby": line.created_by, "createddate": line.created_at,
        "lastmodifieddate": line.changed_at, "custcol_tieout_cost": line.cost_amount,
        "custcol_tieout_bill": line.bill_amount,
        "custcol_tieout_currency": line.contract_currency_code,
        "custcol_tieout_work_date": line.work_date,
    }  # fmt: skip


def _write_journal(store: Store, links: _Links, line: ErpLine) -> None:
    """A journal of two lines: the cost account, then its other side."""
    key = int(line.erp_line_id)
    subsidiary = subsidiary_of(links.state, line.legal_entity_id) or 0
    store.put(
        "transaction",
        [
            {
                "id": key, "externalid": line.external_id, "type": "Journal", "tranid": f"JE{key}",
                "trandate": line.accounting_date,
                "postingperiod": links.period.get(line.accounting_period_id),
                "currency": links.currency[line.functional_currency_code], "exchangerate": "1",
                "status": "B" if line.is_posted else "A",
                "approvalstatus": "2" if line.is_posted else "1", "posting": line.is_posted,
                "void": False, "memo": line.memo, "createdby": line.created_by,
                "createddate": line.created_at, "lastmodifieddate": line.changed_at,
            }
        ],
    )  # fmt: skip
    up, down = max(line.cost_amount, _ZERO), max(-line.cost_amount, _ZERO)
    job = links.job(line.project_id)
    cost = {
        "account": links.account[line.debit_account_code], "debit": up or None,
        "credit": down or None, "memo": line.memo, "entity": job,
        "custcol_tieout_employee": links.employee(line.worker_id),
        "custcol_tieout_cost": line.cost_amount, "custcol_tieout_bill": line.bill_amount,
        "custcol_tieout_currency": line.contract_currency_code,
        "custcol_tieout_work_date": line.work_date,
    }  # fmt: skip
    other = {
        "account": links.account[line.credit_account_code], "debit": down or None,
        "credit": up or None, "memo": line.memo, "entity": job,
    }  # fmt: skip
    write_lines(store, key, subsidiary, [cost, other], posting=line.is_posted)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
