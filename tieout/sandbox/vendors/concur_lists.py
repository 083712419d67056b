"""Lists of the SAP Concur v3 emulator: whose records, filters, paging by an opaque offset.

The vendor's facts kept here: `limit` is 25 unless given and 100 at most; `NextPage` is the address
of the next page or null; without `user` the consumer's own records are listed, `user=ALL` lists
everybody's; `/expense/entries` has no filter on a modification date; an unreadable number is a 400.

Assumptions: records are listed by creation, so the opaque offset survives changes between pages;
a limit above the maximum is cut to it; an unknown offset is a 400.

Not here: the records (`concur_records`), tokens and routes (`concur`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from tieout.sandbox.vendors.concur_records import Row
from tieout.sandbox.vendors.concur_values import seal, unseal

LIMIT: Final = 25
LIMIT_MAX: Final = 100


class BadRequest(ValueError):  # noqa: N818 - it is the vendor's refusal, not a fault of ours
    """A parameter the vendor refuses; the message is what it says."""


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"The value '{text}' is not a valid date.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _flag(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise BadRequest(f"The value '{text}' is not valid for a boolean.")
    return text.lower() == "true"


Test = Callable[[Row], bool]


def _field(name: str) -> Callable[[str], Test]:
    return lambda text: lambda row: str(row.record.get(name)) in text.split(",")


def _boolean(name: str) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        wanted = _flag(text)
        return lambda row: row.record.get(name) == wanted

    return make


def _after(attribute: str) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        moment = _instant(text)
        return lambda row: (held := getattr(row, attribute)) is not None and held > moment

    return make


def _before(attribute: str) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        moment = _instant(text)
        return lambda row: (held := getattr(row, attribute)) is not None and held < moment

    return make


def _entry_day(*, after: bool) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        bound = _instant(text).date()
        if after:
            return lambda row: any(day > bound for day in row.days)
        return lambda row: any(day < bound for day in row.days)

    return make


REPORT_FILTERS: Final[Mapping[str, Callable[[str], Test]]] = {
    "approvalStatusCode": _field("ApprovalStatusCode"),
    "paymentStatusCode": _field("PaymentStatusCode"),
    "currencyCode": _field("CurrencyCode"),
    "countryCode": _field("Country"),
    "approverLoginID": _field("ApproverLoginID"),
    "createDateAfter": _after("created_at"),
    "createDateBefore": _before("created_at"),
    "submitDateAfter": _after("submitted_at"),
    "submitDateBefore": _before("submitted_at"),
    "entryTransactionDateAfter": _entry_day(after=True),
    "entryTransactionDateBefore": _entry_day(after=False),
    "modifiedDateAfter": _after("changed_at"),
    "modifiedDateBefore": _before("changed_at"),
}
ENTRY_FILTERS: Final[Mapping[str, Callable[[str], Test]]] = {
    "reportID": _field("ReportID"),
    "paymentTypeID": _field("PaymentTypeID"),
    "expenseTypeCode": _field("ExpenseTypeCode"),
    "isBillable": _boolean("IsBillable"),
}
USER_FILTERS: Final[Mapping[str, Callable[[str], Test]]] = {
    "primaryEmail": _field("PrimaryEmail"),
    "employeeID": _field("EmployeeID"),
    "lastName": _field("LastName"),
    "user": _field("LoginID"),
    "active": _boolean("Active"),
}


def owned(rows: Sequence[Row], args: Mapping[str, str], consumer: str) -> list[Row]:
    """The rows whose owner the caller asked for; `ALL` means everybody."""
    wanted = args.get("user", consumer)
    return list(rows) if wanted == "ALL" else [row for row in rows if row.owner == wanted]


def filtered(
    rows: Sequence[Row], args: Mapping[str, str], filters: Mapping[str, Callable[[str], Test]]
) -> list[Row]:
    """The rows that pass every filter, in the order of the list.

    Raises:
        BadRequest: on a value the vendor cannot read.
    """
    tests = [make(args[name]) for name, make in filters.items() if name in args]
    return [row for row in rows if all(test(row) for test in tests)] if tests else list(rows)


def page(rows: Sequence[Row], args: Mapping[str, str], address: str) -> dict[str, Any]:
    """One page with the address of the next.

    Args:
        rows: the whole list, ordered by position.
        args: the query as sent.
        address: absolute address of the list, without query.

    Raises:
        BadRequest: on a limit or offset the vendor cannot read.
    """
    limit = args.get("limit", str(LIMIT))
    if not limit.isdigit() or not int(limit):
        raise BadRequest(f"The value '{limit}' is not valid for limit.")
    size = min(int(limit), LIMIT_MAX)
    after = unseal(args["offset"]) if "offset" in args else ""
    if after is None:
        raise BadRequest("The offset is not valid.")
    start = bisect_right(rows, after, key=lambda row: row.position)
    shown = rows[start : start + size]
    following = None
    if len(rows) > start + size:
        query = {**args, "limit": str(size), "offset": seal(shown[-1].position)}
        following = f"{address}?{urlencode(query)}"
    return {"Items": [row.record for row in shown], "NextPage": following}
