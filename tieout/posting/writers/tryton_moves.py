"""What one posting line becomes in Tryton: an account move of two or four balanced lines.

Here: `Move`, its making from a posting line, and the text its lines carry. The CSV shows it
(`tieout.posting.writers.tryton`) and the delivery sends it (`tieout.posting.delivery.tryton`), so
both say the same.

Debit labour (or expense) cost, credit its clearing account, in the entity's currency; and where
there is a bill value, debit work in progress, credit accrued revenue, with the contract amount as
second currency when that is another one. The cost account's line always comes first. A negative
amount changes the side, because Tryton's debits and credits are positive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
_NUMBER = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,4})?")
_SEPARATORS = (("%", "%25"), (";", "%3B"))


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One line of a move. `second_amount` has the sign of debit minus credit."""

    account_code: str
    debit: Decimal
    credit: Decimal
    text: str
    second_currency: str | None = None
    second_amount: Decimal | None = None

    @property
    def balance(self) -> Decimal:
        """Debit minus credit, in the entity's currency."""
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Move:
    """One account move. `posting_key` is its description in Tryton; `cost` is signed."""

    posting_key: str
    accounting_date: date
    hours: Decimal
    cost: Decimal
    currency_code: str
    lines: tuple[MoveLine, ...]

    @property
    def imbalance(self) -> Decimal:
        """Debits minus credits; Tryton on SQLite posts an unbalanced move without a word."""
        return sum((line.balance for line in self.lines), ZERO)


class Unpostable(ValueError):  # noqa: N818 - named for what happened
    """A posting line from which no complete move can be made."""

    def __init__(self, reason_code: str, message: str) -> None:
        self.reason_code, self.message = reason_code, message
        super().__init__(message)


def move_of(line: Mapping[str, Any]) -> Move:
    """The move of one posting line (columns of `tieout.posting.columns.POSTING_COLUMNS`).

    Raises:
        Unpostable: if an account or the functional bill value is missing.
    """
    text = line_text(line)
    cost = _money(line["cost_amount_functional"])
    lines = list(_pair(line, "debit_account_code", "credit_account_code", cost, text))
    bill = _money(line["bill_amount_contract"])
    if bill:
        worth = line["bill_amount_functional"]
        if worth is None:
            raise Unpostable("FX_MISSING", "the bill value has no amount in the ledger's currency")
        foreign = line["contract_currency_code"] != line["functional_currency_code"]
        lines += _pair(
            line,
            "wip_account_code",
            "accrued_revenue_account_code",
            _money(worth),
            text,
            (line["contract_currency_code"], bill) if foreign else None,
        )
    return Move(
        posting_key=line["posting_key"],
        accounting_date=line["accounting_date"],
        hours=line["hours"],
        cost=cost,
        currency_code=line["functional_currency_code"],
        lines=tuple(lines),
    )


def line_text(line: Mapping[str, Any]) -> str:
    """What the ledger cannot hold otherwise: `worker=…;project=…;work_date=…;hours=…;bill=… GBP`.

    A semicolon inside a value is written `%3B` and a percent sign `%25`.
    """
    bill = f"{_money(line['bill_amount_contract'])} {line['contract_currency_code']}"
    parts = (
        ("worker", line["erp_worker_id"] or line["worker_id"]),
        ("project", line["erp_project_id"] or line["project_code"] or line["project_id"]),
        ("work_date", line["work_date"].isoformat()),
        ("hours", f"{line['hours']:.4f}"),
        ("bill", bill if line["contract_currency_code"] else None),
    )
    return ";".join(f"{name}={_escape(value)}" for name, value in parts if value)


def hours_in(text: str | None) -> Decimal:
    """The hours written in a line's text; zero where there are none."""
    for part in (text or "").split(";"):
        name, _, value = part.partition("=")
        if name == "hours" and _NUMBER.fullmatch(value):
            return Decimal(value)
    return Decimal("0.0000")


def _escape(value: str) -> str:
    for character, code in _SEPARATORS:
        value = value.replace(character, code)
    return value


def _money(value: Decimal | None) -> Decimal:
    """The amount with two decimals if it has no more; a third is left for Tryton to refuse."""
    amount = value or ZERO
    whole = amount.quantize(CENT)
    return whole if whole == amount else amount


def _pair(
    line: Mapping[str, Any],
    debit_name: str,
    credit_name: str,
    amount: Decimal,
    text: str,
    foreign: tuple[str, Decimal] | None = None,
) -> tuple[MoveLine, MoveLine]:
    """Two balanced lines, the first on the account debited by a positive amount."""
    missing = [name for name in (debit_name, credit_name) if not line[name]]
    if missing:
        raise Unpostable("ACCOUNT_UNMAPPED", f"{' and '.join(missing)} not in the account map")
    plus, minus = max(amount, ZERO), max(-amount, ZERO)
    currency, second = foreign or (None, None)
    return (
        MoveLine(line[debit_name], plus, minus, text, currency, second),
        MoveLine(
            line[credit_name], minus, plus, text, currency, None if second is None else -second
        ),
    )
