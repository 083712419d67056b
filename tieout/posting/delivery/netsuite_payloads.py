"""A posting line as the body of a NetSuite record: `timeBill` or `journalEntry`.

Here: names of properties and where each figure goes; figures are handed on as they are. Not here:
which lines get this far (`writers.netsuite_lines`), sending (`netsuite`).

Assumed of the account: the custom fields custcol_tieout_cost, _bill, _currency and _work_date on
time and journal lines, and custcol_tieout_employee on journal lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tieout.posting.delivery.netsuite_books import References

TIME_APPROVED: Final = {"id": "3"}
JOURNAL_APPROVED: Final = {"id": "2"}
_ZERO = Decimal(0)


class Unpostable(Exception):  # noqa: N818 - named for what it says about the line
    """NetSuite lacks something that the line refers to.

    Args:
        reason_code: one of `tieout.domain.reasons.REASONS`.
        message: what is missing.
    """

    def __init__(self, reason_code: str, message: str) -> None:
        self.reason_code, self.message = reason_code, message
        super().__init__(message)


def time_bill(line: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a time bill, approved and therefore posted."""
    body = {
        "employee": {"id": line["erp_worker_id"]},
        "customer": {"id": line["erp_project_id"]},
        "tranDate": line["accounting_date"].isoformat(),
        "hours": plain(line["hours"]),
        "isBillable": bool(line["is_billable"]),
        "memo": line["memo"],
        "approvalStatus": TIME_APPROVED,
        **_custom(line),
    }
    if line["is_billable"] and line["bill_rate"] is not None:
        body["rate"] = line["bill_rate"]
    return body


def journal_entry(line: Mapping[str, Any], references: References) -> dict[str, Any]:
    """The properties of a journal: cost account against payable, in functional currency.

    Raises:
        Unpostable: when the account lacks the ledger account, subsidiary or currency.
    """
    entity, currency = line["legal_entity_id"], line["functional_currency_code"]
    subsidiary = _known(
        references.subsidiaries, entity, "REF_INVALID", "subsidiary with external id"
    )
    cost: Decimal = line["cost_amount_functional"]
    up, down = (cost, None) if cost > _ZERO else (None, -cost)
    project = {"entity": {"id": line["erp_project_id"]}} if line["erp_project_id"] else {}
    worker = (
        {"custcol_tieout_employee": {"id": line["erp_worker_id"]}} if line["erp_worker_id"] else {}
    )
    debit = _known(references.accounts, line["debit_account_code"], "ACCOUNT_UNMAPPED", "account")
    credit = _known(references.accounts, line["credit_account_code"], "ACCOUNT_UNMAPPED", "account")
    first = {
        "account": {"id": debit}, "memo": line["memo"], **_sides(up, down), **project, **worker,
        **_custom(line),
    }  # fmt: skip
    second = {"account": {"id": credit}, "memo": line["memo"], **_sides(down, up), **project}
    return {
        "subsidiary": {"id": subsidiary},
        "currency": {"id": _known(references.currencies, currency, "FX_MISSING", "currency")},
        "tranDate": line["accounting_date"].isoformat(),
        "memo": line["memo"],
        "approvalStatus": JOURNAL_APPROVED,
        "line": {"items": [first, second]},
    }


def plain(value: Decimal) -> str:
    """A decimal as plain text without trailing zeros: `7.5`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _custom(line: Mapping[str, Any]) -> dict[str, Any]:
    """The custom fields that carry what NetSuite's own fields cannot."""
    fields = {
        "custcol_tieout_cost": line["cost_amount_functional"],
        "custcol_tieout_bill": line["bill_amount_contract"],
        "custcol_tieout_currency": line["contract_currency_code"],
        "custcol_tieout_work_date": line["work_date"].isoformat(),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _sides(debit: Decimal | None, credit: Decimal | None) -> dict[str, Decimal]:
    sides = {"debit": debit, "credit": credit}
    return {name: value for name, value in sides.items() if value is not None}


def _known(ids: Mapping[str, str], name: str, reason_code: str, kind: str) -> str:
    if name not in ids:
        raise Unpostable(reason_code, f"NetSuite has no active {kind} {name}")
    return ids[name]
