"""Invoices, credit memos and charges of the sample firm as the emulated NetSuite shows them.

Here: the billing side. It is written as a whole whenever anything changed; the API of this
emulator does not save invoices.

Assumed beyond the documented facts: an invoice line stands for one charge; sales lines carry
negative quantity and amount and credit lines positive ones (`transactionline` shows the ledger's
sign); a credit memo's line is linked to its invoice's line in `previoustransactionlinelink`; a
draft invoice has status D and does not post.
"""

from __future__ import annotations

from typing import Any

from tieout.sandbox.firm.firm import FirmState
from tieout.sandbox.firm.ledger import Charge, Invoice
from tieout.sandbox.vendors.netsuite_lines import remove
from tieout.sandbox.vendors.netsuite_master import SYSTEM, subsidiary_of
from tieout.sandbox.vendors.netsuite_store import Store

_CREDIT = "credit_memo"


def load(store: Store, state: FirmState) -> None:
    """Write every invoice, credit memo and charge that exists at the state's clock."""
    _forget(store)
    currency = {row.code: int(row.netsuite_currency_id) for row in state.currencies}
    period = {
        row.accounting_period_id: int(row.netsuite_period_id)
        for row in state.periods
        if row.erp_system == SYSTEM and row.netsuite_period_id is not None
    }
    store.put(
        "transaction",
        [
            {
                "id": int(row.invoice_id),
                "type": "CustCred" if row.kind == _CREDIT else "CustInvc",
                "tranid": row.invoice_number, "trandate": row.invoice_date,
                "postingperiod": period.get(row.accounting_period_id),
                "entity": _customer(state, row), "currency": currency[row.currency_code],
                "exchangerate": "1", "status": "A" if row.is_issued else "D",
                "approvalstatus": "2" if row.is_issued else "1", "posting": row.is_issued,
                "void": False, "createdby": "billing", "createddate": row.created_at,
                "lastmodifieddate": row.changed_at,
            }
            for row in state.invoices
        ],
    )  # fmt: skip
    _write_lines(store, state)
    _write_charges(store, state, currency)


def _forget(store: Store) -> None:
    known = store.rows("select id from \"transaction\" where type in ('CustInvc', 'CustCred')")
    for row in known:
        remove(store, row["id"])
    store.execute("delete from previoustransactionlinelink")
    store.execute("delete from charge")


def _customer(state: FirmState, invoice: Invoice) -> int | None:
    client = state.client.get(invoice.client_id)
    key = client.netsuite_customer_id if client else None
    return None if key is None else int(key)


def _is_credit(state: FirmState, charge: Charge) -> bool:
    invoice = state.invoice.get(charge.invoice_id)
    return invoice is not None and invoice.kind == _CREDIT


def _write_lines(store: Store, state: FirmState) -> None:
    """Invoice and credit lines, and the link from a credit line to its invoice line."""
    billed = {
        row.erp_line_id: row
        for row in state.charges
        if row.invoice_id and not _is_credit(state, row)
    }
    lines: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for row in state.charges:
        invoice = state.invoice.get(row.invoice_id)
        if invoice is None:
            continue
        document = int(row.invoice_id)
        lines.append(
            {
                "uniquekey": store.next_id(), "id": row.invoice_line, "transaction": document,
                "mainline": False, "quantity": -row.hours, "rate": row.rate,
                "foreignamount": -row.amount, "netamount": -row.amount,
                "subsidiary": subsidiary_of(state, invoice.legal_entity_id),
            }
        )  # fmt: skip
        original = billed.get(row.erp_line_id)
        if invoice.kind == _CREDIT and original is not None:
            links.append(
                {
                    "previousdoc": int(original.invoice_id), "previousline": original.invoice_line,
                    "nextdoc": document, "nextline": row.invoice_line, "linktype": "SaleRet",
                    "foreignamount": abs(row.amount),
                }
            )  # fmt: skip
    store.put("transactionline", lines)
    store.put("previoustransactionlinelink", links)


def _write_charges(store: Store, state: FirmState, currency: dict[str, int]) -> None:
    """Charges of invoices; a credit memo undoes a charge and has none of its own."""
    jobs = {row.project_id: row.netsuite_job_id for row in state.projects}
    bills = {row["id"] for row in store.rows("select id from timebill")}
    rows = []
    for row in state.charges:
        if _is_credit(state, row):
            continue
        line, job = int(row.erp_line_id), jobs.get(row.project_id)
        is_time = line in bills
        rows.append(
            {
                "id": int(row.charge_id), "timerecord": line if is_time else None,
                "transaction": None if is_time else line,
                "transactionline": None if is_time else 0,
                "project": None if job is None else int(job), "stage": row.stage,
                "rate": row.rate, "quantity": row.hours, "amount": row.amount,
                "currency": currency[row.currency_code],
                "invoice": int(row.invoice_id) if row.invoice_id else None,
                "invoiceline": row.invoice_line if row.invoice_id else None,
                "lastmodifieddate": row.changed_at,
            }
        )  # fmt: skip
    store.put("charge", rows)
