"""SuiteQL of the emulated NetSuite: a SELECT over the account's tables, one page per request.

Here: the endpoint `POST /services/rest/query/v1/suiteql`, its limits, and the dialect: the
statement is executed by SQLite, read only, with the Oracle functions connectors use. What the
service does with the answer is done here too: columns in lower case, every value as text, a null
column left out, a bare date in the account's date format.

Not here: the tables (`netsuite_tables`), saving records (`netsuite_records`).

Assumed beyond the documented facts: a query that names no order is answered in an arbitrary but
stable order; rows past the 100,000th are left out silently (`hasMore` is then false); the texts for
a missing `Prefer: transient` and a bad limit or offset.
"""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response
from tieout.sandbox.vendors.netsuite_errors import QUERY_TEXT, Refusal
from tieout.sandbox.vendors.netsuite_store import Store
from tieout.sandbox.vendors.netsuite_tables import TABLES

PAGE_MAX: Final = 1000
ROWS_MAX: Final = 100_000

_LITERAL = re.compile(r"('(?:[^']|'')*')")
_RESERVED = re.compile(r"\btransaction\b", re.IGNORECASE)
_NO_TABLE = re.compile(r"no such table: (?:main\.)?(\S+)")
_NO_COLUMN = re.compile(r"no such column: (?:\w+\.)?(\w+)")
_HELD_DATE = re.compile(r"^@(\d{4})-(\d{2})-(\d{2}) ")
_FORMAT: Final = (
    ("YYYY", "%Y"), ("MM", "%m"), ("DD", "%d"), ("HH24", "%H"), ("MI", "%M"), ("SS", "%S"),
)  # fmt: skip
_READING: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)


def strftime_format(oracle: str) -> str:
    """An Oracle date format as strftime's; quoted literals such as `"T"` are kept."""
    text = oracle.replace("%", "%%")
    for theirs, ours in _FORMAT:
        text = text.replace(theirs, ours)
    return text.replace('"', "")


def to_char(value: Any, oracle: str = "MM/DD/YYYY") -> str | None:
    """TO_CHAR of a held date; anything else comes back as text."""
    if value is None:
        return None
    if not (isinstance(value, str) and value.startswith("@")):
        return str(value)
    return datetime.fromisoformat(value[1:]).strftime(strftime_format(oracle))


def to_date(value: Any, oracle: str = "MM/DD/YYYY") -> str | None:
    """TO_DATE: a text in an Oracle format as a held date."""
    if value is None:
        return None
    moment = datetime.strptime(str(value), strftime_format(oracle))  # noqa: DTZ007 - held in UTC
    return moment.strftime("@%Y-%m-%d %H:%M:%S")


def greatest(*values: Any) -> Any:
    """GREATEST: null if any argument is, as in Oracle."""
    return None if any(value is None for value in values) else max(values)


def install_functions(connection: sqlite3.Connection) -> None:
    """Teach a connection the functions of the dialect."""
    for arity in (1, 2):
        connection.create_function("TO_CHAR", arity, to_char, deterministic=True)
        connection.create_function("TO_DATE", arity, to_date, deterministic=True)
        connection.create_function("TO_TIMESTAMP", arity, to_date, deterministic=True)
    connection.create_function("GREATEST", -1, greatest, deterministic=True)
    connection.create_function("NVL", 2, lambda first, other: other if first is None else first)


def as_sqlite(query: str) -> str:
    """The query with the one word that SQLite reserves and SuiteQL does not in brackets."""
    parts = _LITERAL.split(query.strip().rstrip(";"))
    return "".join(
        part if number % 2 else _RESERVED.sub("[transaction]", part)
        for number, part in enumerate(parts)
    )


class SuiteQl:
    """The query endpoint over one account.

    Args:
        store: the account.
        rows_max: the service's ceiling; lower in tests.
    """

    def __init__(self, store: Store, rows_max: int = ROWS_MAX) -> None:
        self._store, self.rows_max = store, rows_max
        with store.exclusive() as connection:
            install_functions(connection)

    def answer(self, request: Request) -> Response:
        """One page of one query."""
        if "transient" not in request.headers.get("Prefer", ""):
            raise Refusal(
                400, "The required request header 'Prefer: transient' is missing.", "INVALID_HEADER"
            )
        body = request.get_json(silent=True)
        query = body.get("q") if isinstance(body, dict) else None
        if not isinstance(query, str) or not query.strip():
            raise _bad_query("Invalid or unsupported search.")
        limit, offset = _page(request)
        rows, total = self._run(query, limit, offset)
        count = len(rows)
        address = f"{request.root_url.rstrip('/')}{request.path}"
        has_more = offset + count < total
        links = [{"rel": "self", "href": f"{address}?limit={limit}&offset={offset}"}]
        if has_more:
            following = f"{address}?limit={limit}&offset={offset + limit}"
            links.append({"rel": "next", "href": following})
        return json_response(
            {
                "links": links,
                "count": count,
                "hasMore": has_more,
                "items": rows,
                "offset": offset,
                "totalResults": total,
            }
        )

    def _run(self, query: str, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
        """Rows of the page, and how many rows the query has up to the ceiling."""
        statement = as_sqlite(query)
        with self._store.exclusive() as connection:
            connection.set_authorizer(_read_only)
            try:
                cursor = connection.execute(
                    f"select * from ({statement}) limit ? offset ?",
                    (min(limit, max(0, self.rows_max - offset)), offset),
                )
                names = [column[0].lower() for column in cursor.description]
                rows = [_shown(names, row) for row in cursor.fetchall()]
                if offset + len(rows) < self.rows_max and len(rows) < limit:
                    return rows, offset + len(rows)
                total = connection.execute(
                    f"select count(*) from (select 1 from ({statement}) limit ?)", (self.rows_max,)
                ).fetchone()[0]
            except sqlite3.DatabaseError as problem:
                raise _bad_query(_search_error(str(problem))) from problem
            except ValueError as problem:
                raise _bad_query(f"Search error occurred: {problem}.") from problem
            finally:
                connection.set_authorizer(None)
        return rows, int(total)


def _read_only(action: int, first: str | None, *_: Any) -> int:
    """Allow reading the account's tables and nothing else."""
    if action in _READING:
        return sqlite3.SQLITE_OK
    readable = action == sqlite3.SQLITE_READ and (first in TABLES or not first)
    return sqlite3.SQLITE_OK if readable else sqlite3.SQLITE_DENY


def _page(request: Request) -> tuple[int, int]:
    limit = request.args.get("limit", str(PAGE_MAX))
    offset = request.args.get("offset", "0")
    if not limit.isdigit() or not 1 <= int(limit) <= PAGE_MAX:
        raise Refusal(400, f"The limit must be between 1 and {PAGE_MAX}.", "INVALID_PARAMETER")
    if not offset.isdigit() or int(offset) % int(limit):
        raise Refusal(400, "The offset must be a multiple of the limit.", "INVALID_PARAMETER")
    return int(limit), int(offset)


def _shown(names: list[str], row: sqlite3.Row) -> dict[str, Any]:
    """A row as the service answers it."""
    shown: dict[str, Any] = {"links": []}
    for name, value in zip(names, row, strict=True):
        if value is None:
            continue
        text = str(value)
        date = _HELD_DATE.match(text)
        shown[name] = f"{int(date[2])}/{int(date[3])}/{date[1]}" if date else text
    return shown


def _search_error(message: str) -> str:
    """SQLite's complaint in the service's words."""
    table = _NO_TABLE.search(message)
    if table:
        return f"Invalid search type: {table[1]}."
    column = _NO_COLUMN.search(message)
    if column:
        return f"Search error occurred: Unknown identifier '{column[1].lower()}'."
    return "Search error occurred: Invalid or unsupported search."


def _bad_query(detail: str) -> Refusal:
    return Refusal(400, QUERY_TEXT + detail, "INVALID_PARAMETER")
