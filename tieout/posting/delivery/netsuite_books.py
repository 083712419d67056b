"""What NetSuite holds, asked by SuiteQL: records under our keys, and the ids that a journal needs.

Here: the queries of the posting step and the reading of their answers. Not here: saving records
(`netsuite`), extraction of the books into the warehouse (`pipelines.netsuite`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tieout.domain.errors import SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.delivery.base import Found

ENDPOINT: Final = "services/rest/query/v1/suiteql"
ROWS_MAX: Final = 1000
KEYS_PER_QUERY: Final = 200
BAD_REQUEST: Final = 400
JOURNAL_PREFIX: Final = "journalEntry:"
"""A journal and a time bill may have the same internal id, so a journal's says what it is."""

_TIME: Final = (
    "SELECT tb.id, tb.externalid, TO_CHAR(tb.trandate, 'YYYY-MM-DD') AS trandate, tb.hours, "
    "tb.custcol_tieout_cost AS amount, cur.symbol AS currency, tb.posted "
    "FROM timebill tb JOIN subsidiary s ON s.id = tb.subsidiary "
    "JOIN currency cur ON cur.id = s.currency WHERE tb.externalid IN ({keys}) ORDER BY tb.id"
)
_JOURNALS: Final = (
    "SELECT t.id, t.externalid, TO_CHAR(t.trandate, 'YYYY-MM-DD') AS trandate, tal.amount, "
    "cur.symbol AS currency, t.posting AS posted, t.void AS voided FROM transaction t "
    "JOIN transactionline tl ON tl.transaction = t.id AND tl.id = 0 "
    "JOIN transactionaccountingline tal ON tal.transaction = tl.transaction "
    "AND tal.transactionline = tl.id AND tal.accountingbook = 1 "
    "JOIN subsidiary s ON s.id = tl.subsidiary JOIN currency cur ON cur.id = s.currency "
    "WHERE t.type = 'Journal' AND t.externalid IN ({keys}) ORDER BY t.id"
)


@dataclass(frozen=True)
class References:
    """Internal ids that a journal refers to.

    Attributes:
        accounts: account number -> internal id.
        subsidiaries: legal entity id (the subsidiary's external id) -> internal id.
        currencies: currency code -> internal id.
    """

    accounts: Mapping[str, str]
    subsidiaries: Mapping[str, str]
    currencies: Mapping[str, str]


class Books:
    """SuiteQL questions to one account.

    Args:
        session: session with signed requests.
    """

    def __init__(self, session: ApiSession) -> None:
        self._session = session

    def held(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        """Records under each posting key, oldest first; a key without a record is missing.

        Raises:
            SystemUnreachable: when there is no usable answer; it is never taken for "nothing".
        """
        found: dict[str, list[Found]] = {}
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), KEYS_PER_QUERY):
            listed = ", ".join(literal(key) for key in wanted[start : start + KEYS_PER_QUERY])
            for row in self.rows(_TIME.format(keys=listed)):
                self._keep(found, row, "time_bill", "")
            for row in self.rows(_JOURNALS.format(keys=listed)):
                self._keep(found, row, "journal_entry", JOURNAL_PREFIX)
        return found

    def references(self, accounts: Sequence[str]) -> References:
        """Internal ids of some accounts, of every subsidiary and of every currency.

        Raises:
            SystemUnreachable: when there is no usable answer.
        """
        listed = ", ".join(literal(number) for number in sorted(set(accounts)))
        ledger = self.rows(
            f"SELECT id, acctnumber FROM account WHERE acctnumber IN ({listed}) "
            "AND isinactive = 'F' ORDER BY id"
        )
        subsidiaries = self.rows(
            "SELECT id, externalid FROM subsidiary WHERE externalid IS NOT NULL ORDER BY id"
        )
        currencies = self.rows("SELECT id, symbol FROM currency ORDER BY id")
        return References(
            accounts={row["acctnumber"]: row["id"] for row in ledger},
            subsidiaries={row["externalid"]: row["id"] for row in subsidiaries},
            currencies={row["symbol"]: row["id"] for row in currencies},
        )

    def rows(self, query: str) -> list[dict[str, Any]]:
        """All rows of a query that fits one page.

        Raises:
            SystemUnreachable: for any answer that is not exactly that.
        """
        response = self._session.request(
            "POST",
            ENDPOINT,
            params={"limit": ROWS_MAX, "offset": 0},
            json={"q": query},
            headers={"Prefer": "transient"},
            accept=frozenset({BAD_REQUEST}),
        )
        try:
            answer = json.loads(response.content)
        except ValueError:
            raise self._unusable(response.content) from None
        page = answer if isinstance(answer, dict) else {}
        items = page.get("items")
        if not isinstance(items, list) or page.get("count") != len(items) or page.get("hasMore"):
            raise self._unusable(response.content)
        return items

    def _keep(
        self, found: dict[str, list[Found]], row: Mapping[str, Any], record_type: str, prefix: str
    ) -> None:
        is_posted = row.get("posted") == "T" and row.get("voided") != "T"
        try:
            record = Found(
                posting_key=row["externalid"],
                erp_id=prefix + row["id"],
                record_type=record_type,
                accounting_date=date.fromisoformat(row["trandate"]),
                hours=Decimal(row.get("hours", "0")),
                amount=Decimal(row.get("amount", "0")),
                currency_code=row["currency"],
                state="posted" if is_posted else "draft",
            )
        except (KeyError, TypeError, ValueError, InvalidOperation):
            raise self._unusable(json.dumps(row).encode()) from None
        found.setdefault(record.posting_key, []).append(record)

    def _unusable(self, raw: bytes) -> SystemUnreachable:
        return SystemUnreachable(
            self._session.system_id,
            f"a query was answered with {raw[:200]!r}",
            "an outage page, a truncated answer or a missing field: run the same command again",
        )


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
