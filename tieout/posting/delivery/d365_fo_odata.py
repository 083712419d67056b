"""OData queries to Dynamics 365 F&O: pages of records, and their values read strictly.

Here: asking an entity set across companies, following its pages, and reading a field as what it
must be. Not here: which sets are asked (`d365_fo_books`).

An answer that is no page of records, a page list that does not end and a field that is missing are
`SystemUnreachable`: they are never taken for "nothing there". F&O serves pages of 10,000 records
with a link to the next one; only `cross-company=true` shows other companies than the user's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlencode

import simplejson

from tieout.domain.errors import SystemUnreachable
from tieout.http.session import ApiSession

PAGES_MAX: Final = 10_000
TERMS_PER_QUERY: Final = 20
"""Values per filter: keeps an address below the two thousand characters that every proxy takes."""


class OData:
    """Queries to one environment, in every company.

    Args:
        session: session that authenticates itself.
    """

    def __init__(self, session: ApiSession) -> None:
        self._session = session

    def where(self, entity_set: str, field: str, values: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Records whose field has one of some values."""
        wanted = list(dict.fromkeys(values))
        for start in range(0, len(wanted), TERMS_PER_QUERY):
            part = wanted[start : start + TERMS_PER_QUERY]
            terms = " or ".join(f"{field} eq {literal(value)}" for value in part)
            yield from self.rows(entity_set, terms)

    def rows(self, entity_set: str, condition: str, *more: str) -> list[dict[str, Any]]:
        """Every record of a query, page after page.

        Raises:
            SystemUnreachable: an answer is no page of records, or the pages do not end.
        """
        query = urlencode({"$filter": condition}, quote_via=quote) if condition else ""
        url = f"data/{entity_set}?" + "&".join(
            [p for p in ("cross-company=true", query, *more) if p]
        )
        found: list[dict[str, Any]] = []
        for _ in range(PAGES_MAX):
            response = self._session.request("GET", url)
            try:
                page = simplejson.loads(response.content, use_decimal=True)
                records, link = page["value"], page.get("@odata.nextLink")
            except (ValueError, KeyError, TypeError, AttributeError):
                raise self.unusable(response.content) from None
            if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
                raise self.unusable(response.content)
            found += records
            if not link:
                return found
            url = str(link)
        raise self.unusable(f"{entity_set}: the pages do not end")

    def text(self, row: Mapping[str, Any], name: str) -> str:
        """A field that must hold a text."""
        value = row.get(name)
        if not isinstance(value, str) or not value:
            raise self.unusable(f"a record without {name}")
        return value

    def number(self, row: Mapping[str, Any], name: str) -> Decimal:
        """A field that must hold a number; exact as it was written."""
        value = row.get(name)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.unusable(f"a record without the number {name}")
        return Decimal(value)

    def day(self, row: Mapping[str, Any], name: str) -> date:
        """A field that must hold a day; F&O shows days with a time of day."""
        try:
            return date.fromisoformat(self.text(row, name)[:10])
        except ValueError:
            raise self.unusable(f"a record whose {name} is no day") from None

    def unusable(self, told: object) -> SystemUnreachable:
        """The error for an answer that says nothing we could rely on."""
        return SystemUnreachable(
            self._session.system_id,
            f"a query was answered with {str(told)[:200]!r}",
            "an outage page, a truncated answer or a missing field: run the same command again",
        )


def literal(text: str) -> str:
    """A text as an OData literal."""
    return "'" + text.replace("'", "''") + "'"
