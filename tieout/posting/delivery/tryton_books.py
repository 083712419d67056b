"""The ledger side of posting to Tryton: ids of what a move refers to, and moves as held there.

Here: `References` (codes to ids), the record a move is created from, and `HeldMove` (a move as
Tryton shows it). Not here: when a move is created or posted (`tieout.posting.delivery.tryton`).
Ids are asked for in every run: they differ between databases and change with their set-up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.config import System
from tieout.domain.errors import ConfigError
from tieout.posting.delivery.base import Found
from tieout.posting.delivery.tryton_rpc import TrytonRpc
from tieout.posting.writers.tryton_moves import Move, MoveLine, Unpostable, hours_in

DEFAULT_JOURNAL = "MISC"
KEYS_PER_SEARCH = 200
CURRENCY = "currency.currency"
HELD_FIELDS = (
    "description", "state", "date", "company.currency.code", "lines.account.code", "lines.debit",
    "lines.credit", "lines.second_currency.code", "lines.amount_second_currency",
    "lines.description",
)  # fmt: skip


@dataclass(frozen=True)
class HeldMove:
    """One account move as Tryton holds it; `lines` in the order of their creation."""

    move_id: int
    posting_key: str
    is_posted: bool
    accounting_date: date
    currency_code: str
    lines: tuple[MoveLine, ...]

    def shows(self, move: Move) -> bool:
        """True if date and every line are those of `move`."""
        return self.accounting_date == move.accounting_date and self.lines == move.lines

    def found(self) -> Found:
        """The answer to a look-up: hours from the text, cost from the first line."""
        first = self.lines[0] if self.lines else None
        return Found(
            posting_key=self.posting_key,
            erp_id=str(self.move_id),
            record_type="account_move",
            accounting_date=self.accounting_date,
            hours=hours_in(first.text if first else None),
            amount=first.balance if first else Decimal("0.00"),
            currency_code=self.currency_code,
            state="posted" if self.is_posted else "draft",
        )


def held_moves(rpc: TrytonRpc, keys: Sequence[str]) -> dict[str, list[HeldMove]]:
    """What the ledger holds under each posting key, oldest first; absent keys are missing.

    Raises:
        SystemUnreachable: Tryton did not answer.
    """
    held: dict[str, list[HeldMove]] = {}
    for start in range(0, len(keys), KEYS_PER_SEARCH):
        wanted = list(keys[start : start + KEYS_PER_SEARCH])
        domain = [["company", "=", rpc.company], ["description", "in", wanted]]
        for row in rpc.read("account.move", domain, HELD_FIELDS):
            held.setdefault(row["description"], []).append(_held(row))
    return held


def _held(row: Mapping[str, Any]) -> HeldMove:
    return HeldMove(
        move_id=row["id"],
        posting_key=row["description"],
        is_posted=row["state"] == "posted",
        accounting_date=row["date"],
        currency_code=row["company."]["currency."]["code"],
        lines=tuple(
            MoveLine(
                account_code=line["account."]["code"],
                debit=line["debit"],
                credit=line["credit"],
                text=line["description"] or "",
                second_currency=(line["second_currency."] or {}).get("code"),
                second_amount=line["amount_second_currency"],
            )
            for line in sorted(row["lines."], key=lambda line: line["id"])
        ),
    )


@dataclass(frozen=True)
class References:
    """Ids of one company's ledger.

    Attributes:
        company: id of the company.
        journal: id of the journal moves are entered in.
        accounts: account code -> ids of the accounts with that code.
        periods: first day, last day and id of every standard period.
        currencies: currency code -> id.
    """

    company: int
    journal: int
    accounts: Mapping[str, Sequence[int]]
    periods: Sequence[tuple[date, date, int]]
    currencies: Mapping[str, int]

    @classmethod
    def of(cls, rpc: TrytonRpc, system: System) -> References:
        """Ask for everything a move may refer to.

        Raises:
            ConfigError: if the journal of option `journal` does not exist.
            SystemUnreachable: Tryton did not answer.
        """
        journal_code = str(system.options.get("journal", DEFAULT_JOURNAL))
        journals = rpc.read("account.journal", [["code", "=", journal_code]], ["code"])
        if not journals:
            raise ConfigError(
                f"{system.id} has no journal with code {journal_code}",
                field=f"systems.{system.id}.options.journal",
                fix="name the code of an existing journal",
            )
        mine = ["company", "=", rpc.company]
        accounts: dict[str, list[int]] = {}
        for row in rpc.read("account.account", [mine, ["code", "!=", None]], ["code"]):
            accounts.setdefault(row["code"], []).append(row["id"])
        periods = rpc.read(
            "account.period", [mine, ["type", "=", "standard"]], ["start_date", "end_date"]
        )
        return cls(
            company=rpc.company,
            journal=journals[0]["id"],
            accounts=accounts,
            periods=[(row["start_date"], row["end_date"], row["id"]) for row in periods],
            currencies={row["code"]: row["id"] for row in rpc.read(CURRENCY, [], ["code"])},
        )

    def record(self, move: Move) -> dict[str, Any]:
        """The move as the values Tryton's `create` takes.

        Raises:
            Unpostable: if it does not balance or the ledger lacks what it refers to.
        """
        if move.imbalance:
            raise Unpostable("UNBALANCED", f"debits minus credits are {move.imbalance}")
        return {
            "company": self.company,
            "journal": self.journal,
            "period": self._period(move.accounting_date),
            "date": move.accounting_date,
            "description": move.posting_key,
            "lines": [["create", [self._line(line) for line in move.lines]]],
        }

    def _period(self, day: date) -> int:
        """The period of a day, open or not: Tryton itself decides whether it may be used."""
        for first, last, period in self.periods:
            if first <= day <= last:
                return period
        raise Unpostable("PERIOD_CLOSED", f"no period of the ledger covers {day}")

    def _line(self, line: MoveLine) -> dict[str, Any]:
        accounts = self.accounts.get(line.account_code, ())
        if len(accounts) != 1:
            raise Unpostable(
                "ACCOUNT_UNMAPPED",
                f"the chart has {len(accounts)} accounts with code {line.account_code}, not one",
            )
        record: dict[str, Any] = {
            "account": accounts[0],
            "debit": line.debit,
            "credit": line.credit,
            "description": line.text,
        }
        if line.second_currency is not None:
            if line.second_currency not in self.currencies:
                raise Unpostable("FX_MISSING", f"there is no currency {line.second_currency}")
            record["second_currency"] = self.currencies[line.second_currency]
            record["amount_second_currency"] = line.second_amount
        return record
