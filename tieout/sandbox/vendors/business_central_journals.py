"""Journals of the emulated company: making them, their lines, and the checks of one line.

Here: `Journals`, one method per request. A line is checked when it is made (`new_line`): unknown
properties, lengths, accounts. Not here: posting (`business_central_ledger`), the routes
(`business_central`).

Facts: a journal's code has 10 characters and is unique; a document number has 20 and is upper case;
nothing about it is unique. Assumed beyond them: deleting a journal deletes its lines; a change or
deletion without `If-Match` is refused; a code field loses blanks around it; a description that is
empty shows the account's name.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import simplejson
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors import business_central_errors as errors
from tieout.sandbox.vendors.base import json_response, timestamp
from tieout.sandbox.vendors.business_central_errors import Refusal
from tieout.sandbox.vendors.business_central_master import Master
from tieout.sandbox.vendors.business_central_odata import listed
from tieout.sandbox.vendors.business_central_store import Store

CODE_LENGTHS: Final = {
    "documentNumber": 20,
    "externalDocumentNumber": 35,
    "accountNumber": 20,
    "balancingAccountNumber": 20,
}
TEXT_LENGTHS: Final = {"description": 100, "comment": 250}
LINE_PROPERTIES: Final = frozenset(
    {*CODE_LENGTHS, *TEXT_LENGTHS, "accountType", "accountId", "postingDate", "amount",
     "balanceAccountType", "lineNumber", "journalId"}
)  # fmt: skip
ACCOUNT_TYPES: Final = ("G/L Account", "Bank Account")
TEMPLATE: Final = "GENERAL"
LINE_STEP: Final = 10_000
_CENT = Decimal("0.01")


class Journals:
    """The journals of one company.

    Args:
        store: where they are kept.
        master: the company at the clock.
        clock: the instant of a change.
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

    def list(self, request: Request) -> Response:
        """`GET journals`."""
        return listed(request, self._store.journals(), self._page_max)

    def create(self, request: Request) -> Response:
        """`POST journals`."""
        sent = body_of(request)
        refuse_unknown(sent, {"code", "displayName", "balancingAccountId"}, "journal")
        code = coded(sent.get("code", ""), 10)
        name = text_of(sent.get("displayName", ""), 100)
        if not code:
            raise errors.must_have_value(
                "Name", "Gen. Journal Batch: Journal Template Name=GENERAL"
            )
        if self._store.has_code(code):
            text = (
                "The record in table Gen. Journal Batch already exists. Identification fields and "
                f"values: Journal Template Name='{TEMPLATE}',Name='{code}'"
            )
            raise Refusal(400, errors.SAME_KEY, text)
        journal = {
            "id": str(uuid.uuid4()), "code": code, "displayName": name,
            "templateDisplayName": TEMPLATE, "balancingAccountId": str(uuid.UUID(int=0)),
            "balancingAccountNumber": "", "lastModifiedDateTime": timestamp(self._clock()),
        }  # fmt: skip
        self._store.add_journal(journal)
        return json_response(journal, 201)

    def read(self, request: Request, journal: str) -> Response:  # noqa: ARG002
        """`GET journals({id})`."""
        return json_response(self.existing(journal))

    def delete(self, request: Request, journal: str) -> Response:
        """`DELETE journals({id})`."""
        if "If-Match" not in request.headers:
            raise Refusal(409, errors.CHANGED, "The request has no If-Match header.")
        self.existing(journal)
        self._store.remove_journal(journal)
        return Response(status=204)

    def lines(self, request: Request, journal: str) -> Response:
        """`GET journals({id})/journalLines`."""
        self.existing(journal)
        return listed(request, self._store.lines(journal), self._page_max)

    def all_lines(self, request: Request) -> Response:  # noqa: ARG002
        """`GET journalLines`: refused without the journal.

        Raises:
            Refusal: always.
        """
        raise errors.dialog(errors.NO_FILTER)

    def add_line(self, request: Request, journal: str) -> Response:
        """`POST journals({id})/journalLines`."""
        held = self.existing(journal)
        before = self._store.lines(journal)
        number = max((line["lineNumber"] for line in before), default=0) + LINE_STEP
        line = new_line(body_of(request), self._master(), self._clock().date())
        line = {
            "id": str(uuid.uuid4()), "journalId": journal, "journalDisplayName": held["code"],
            "lineNumber": number, **line, "lastModifiedDateTime": timestamp(self._clock()),
        }  # fmt: skip
        self._store.add_line(line)
        return json_response(line, 201)

    def existing(self, journal: str) -> dict[str, Any]:
        """The journal with that id.

        Raises:
            Refusal: if there is none.
        """
        held = self._store.journal(journal)
        if held is None:
            raise errors.no_record("Gen. Journal Batch", journal)
        return held


def new_line(sent: Mapping[str, Any], master: Master, today: date) -> dict[str, Any]:
    """A general journal line as it is kept.

    Raises:
        Refusal: what the page or the table refuses.
    """
    refuse_unknown(sent, LINE_PROPERTIES, "journalLine")
    kind = sent.get("accountType", ACCOUNT_TYPES[0])
    if kind not in ACCOUNT_TYPES:
        text = f"The value '{kind}' is not a valid Microsoft.NAV.genJournalAccountType."
        raise Refusal(400, errors.BAD_REQUEST, text)
    codes = {name: coded(sent.get(name, ""), limit) for name, limit in CODE_LENGTHS.items()}
    texts = {name: text_of(sent.get(name, ""), limit) for name, limit in TEXT_LENGTHS.items()}
    for name in ("accountNumber", "balancingAccountNumber"):
        if codes[name] and master.account(codes[name]) is None:
            raise errors.dialog(errors.NO_SUCH_ACCOUNT.replace("accountNumber", name))
    account = master.account(codes["accountNumber"])
    if account and sent.get("accountId", account.id) != account.id:
        raise errors.dialog(errors.ACCOUNTS_DIFFER)
    return {
        "accountType": kind,
        "accountId": account.id if account else str(uuid.UUID(int=0)),
        "postingDate": _day(sent.get("postingDate"), today),
        **codes,
        "amount": _money(sent.get("amount", 0)),
        **texts,
        "description": texts["description"] or (account.number if account else ""),
        "taxCode": "",
        "balanceAccountType": sent.get("balanceAccountType", ACCOUNT_TYPES[0]),
    }


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request, numbers exactly as written.

    Raises:
        Refusal: if it is none.
    """
    try:
        sent = simplejson.loads(request.get_data(), use_decimal=True)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise Refusal(400, errors.BAD_REQUEST, "The request body is not a JSON object.")
    return sent


def refuse_unknown(sent: Mapping[str, Any], known: Any, kind: str) -> None:
    """Refuse a property that the entity does not have.

    Raises:
        Refusal: naming the property.
    """
    for name in sent:
        if name not in known:
            text = f"The property '{name}' does not exist on type 'Microsoft.NAV.{kind}'."
            raise Refusal(400, errors.BAD_REQUEST, text)


def coded(value: Any, limit: int) -> str:
    """A code field: upper case, no blanks around it, no longer than its field."""
    return text_of(str(value).strip().upper(), limit)


def text_of(value: Any, limit: int) -> str:
    """A text field, no longer than its field.

    Raises:
        Refusal: if it is longer.
    """
    text = str(value)
    if len(text) > limit:
        raise errors.too_long(text, limit)
    return text


def _day(value: Any, today: date) -> str:
    try:
        return today.isoformat() if value is None else date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        text = f"Cannot convert the literal '{value}' to the expected type 'Edm.Date'."
        raise Refusal(400, errors.BAD_REQUEST, text) from None


def _money(value: Any) -> Decimal:
    """An amount as it is kept: rounded to cents by the currency."""
    try:
        return Decimal(str(value)).quantize(_CENT)
    except InvalidOperation:
        text = f"Cannot convert the literal {json.dumps(str(value))} to 'Edm.Decimal'."
        raise Refusal(400, errors.BAD_REQUEST, text) from None
