"""Posting in the emulated company: a whole journal becomes ledger entries, or nothing does.

Here: `Microsoft.NAV.post` and its checks, in the order of the lines, the first error only; the list
of general ledger entries. Not here: the lines themselves (`business_central_journals`).

Assumed beyond the documented facts: every document of a journal must balance by number and date; a
line without an amount is refused; entries follow the order of the lines, a balancing account's
entry right after its line's; an empty journal stays where it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors import business_central_errors as errors
from tieout.sandbox.vendors.base import json_response, timestamp
from tieout.sandbox.vendors.business_central_master import GlAccount, Master
from tieout.sandbox.vendors.business_central_odata import listed
from tieout.sandbox.vendors.business_central_store import Store

_ZERO = Decimal(0)


class Ledger:
    """The general ledger of one company.

    Args:
        store: where journals and entries are kept.
        master: the company at the clock.
        clock: the instant of a posting.
        page_max: records per page.
    """

    def __init__(
        self,
        store: Store,
        master: Callable[[], Master],
        clock: Callable[[], datetime],
        page_max: int,
    ) -> None:
        self._store, self._master, self._clock, self._page_max = store, master, clock, page_max

    def entries(self, request: Request) -> Response:
        """`GET generalLedgerEntries`."""
        return listed(request, self._store.entries(), self._page_max)

    def entry(self, request: Request, entry: str) -> Response:  # noqa: ARG002
        """`GET generalLedgerEntries({id})`.

        Raises:
            Refusal: if there is none.
        """
        for held in self._store.entries():
            if held["id"] == entry:
                return json_response(held)
        raise errors.no_record("G/L Entry", entry)

    def post(self, request: Request, journal: str) -> Response:  # noqa: ARG002
        """`POST journals({id})/Microsoft.NAV.post`.

        Raises:
            Refusal: the first error of the journal; nothing was posted.
        """
        if self._store.journal(journal) is None:
            raise errors.Refusal(
                404, errors.NOT_FOUND, errors.NO_SUCH_BATCH.format(f"{{{journal.upper()}}}")
            )
        lines = self._store.lines(journal)
        if not lines:
            raise errors.dialog(errors.NOTHING_TO_POST)
        master, moment = self._master(), timestamp(self._clock())
        with self._store.transaction():
            made = [entry for line in lines for entry in self._entries_of(line, master, moment)]
            _require_balance(lines)
            for entry in made:
                self._store.add_entry(entry)
            self._store.remove_lines(journal)
        return Response(status=204)

    def _entries_of(
        self, line: Mapping[str, Any], master: Master, moment: str
    ) -> Iterator[dict[str, Any]]:
        """The entries of one line, after the checks of its posting."""
        where = (
            f"Gen. Journal Line: Journal Template Name=GENERAL, Journal Batch Name="
            f"{line['journalDisplayName']}, Line No.={line['lineNumber']}"
        )
        _require_open(date.fromisoformat(line["postingDate"]), master, where)
        for name in ("documentNumber", "accountNumber"):
            if not line[name]:
                label = "Document No." if name == "documentNumber" else "Account No."
                raise errors.must_have_value(label, where)
        if line["amount"] == 0:
            raise errors.must_have_value("Amount", where)
        yield _entry(line, _postable(master, line["accountNumber"], where), line["amount"], moment)
        if line["balancingAccountNumber"]:
            account = _postable(master, line["balancingAccountNumber"], where)
            yield _entry(line, account, -line["amount"], moment)


def _require_open(day: date, master: Master, where: str) -> None:
    too_early = master.allow_from is not None and day < master.allow_from
    too_late = master.allow_to is not None and day > master.allow_to
    if too_early or too_late:
        raise errors.dialog(f"{errors.OUT_OF_RANGE.rstrip('.')} in {where}.")


def _postable(master: Master, number: str, where: str) -> GlAccount:
    account = master.account(number)
    if account is None:
        raise errors.no_record("G/L Account", number)
    record = f"G/L Account: No.={number}"
    if account.is_blocked:
        raise errors.must_be("Blocked", "No", record, "Yes")
    if not account.is_direct:
        raise errors.must_be("Direct Posting", "Yes", record, "No")
    if account.needs_group:
        raise errors.must_have_value("Gen. Prod. Posting Group", where)
    return account


def _require_balance(lines: Sequence[Mapping[str, Any]]) -> None:
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        document = (line["documentNumber"], line["postingDate"])
        own = _ZERO if line["balancingAccountNumber"] else line["amount"]
        sums[document] = sums.get(document, _ZERO) + own
    for (number, _), rest in sums.items():
        if rest != 0:
            raise errors.dialog(errors.OUT_OF_BALANCE.format(number, rest))


def _entry(
    line: Mapping[str, Any], account: GlAccount, amount: Decimal, moment: str
) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "postingDate": line["postingDate"],
        "documentNumber": line["documentNumber"],
        "documentType": " ",
        "accountId": account.id,
        "accountNumber": account.number,
        "description": line["description"],
        "debitAmount": max(amount, _ZERO),
        "creditAmount": max(-amount, _ZERO),
        "additionalCurrencyDebitAmount": _ZERO,
        "additionalCurrencyCreditAmount": _ZERO,
        "lastModifiedDateTime": moment,
    }
