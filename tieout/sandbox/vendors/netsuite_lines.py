"""The lines of a transaction in the emulated NetSuite, with their ledger lines.

Here: writing, reading and removing them together. Not here: what a line must be
(`netsuite_journal`), invoice lines, which this emulator keeps without a ledger
(`netsuite_invoices`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from sqlite3 import Row
from typing import Any

from tieout.sandbox.vendors.netsuite_store import Store

_ZERO = Decimal(0)


def remove(store: Store, key: int) -> None:
    """Take a transaction and its lines out of the tables."""
    with store.transaction():
        store.execute('delete from "transaction" where id = ?', (key,))
        store.execute('delete from transactionline where "transaction" = ?', (key,))
        store.execute('delete from transactionaccountingline where "transaction" = ?', (key,))


def write_lines(
    store: Store, key: int, subsidiary: int, lines: Sequence[Mapping[str, Any]], *, posting: Any
) -> None:
    """Replace the lines of a transaction and their ledger lines."""
    rows, ledger = [], []
    for position, line in enumerate(lines):
        debit, credit = line.get("debit"), line.get("credit")
        amount = (debit or _ZERO) - (credit or _ZERO)
        rows.append(
            {
                "uniquekey": store.next_id(), "id": position, "transaction": key,
                "mainline": position == 0, "subsidiary": subsidiary, "netamount": amount,
                "foreignamount": amount, **line,
            }
        )  # fmt: skip
        ledger.append(
            {
                "transaction": key, "transactionline": position, "accountingbook": 1,
                "account": line["account"],
                "debit": debit, "credit": credit, "amount": amount, "posting": posting,
            }
        )  # fmt: skip
    with store.transaction():
        store.execute('delete from transactionline where "transaction" = ?', (key,))
        store.execute('delete from transactionaccountingline where "transaction" = ?', (key,))
        store.put("transactionline", rows)
        store.put("transactionaccountingline", ledger)


def stored_lines(store: Store, key: int) -> list[Row]:
    """The lines of a transaction with account, debit and credit, in order."""
    return store.rows(
        "select l.*, a.account, a.debit, a.credit from transactionline l "
        'join transactionaccountingline a on a."transaction" = l."transaction" '
        'and a.transactionline = l.id where l."transaction" = ? order by l.id',
        (key,),
    )
