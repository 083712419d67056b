"""How the emulated legacy ERP reads and writes its CSV files: set up by hand, as such programs are.

Here: headers, formats and words of one installation, reading an import file and writing rows. Not
here: what the ERP does with a line (`legacy_files`). Nothing of the product's own writer is used,
so that a mistake there is seen here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

PLAIN_HEADERS: Mapping[str, str] = {
    "line_number": "LINE",
    "key": "POSTING_KEY",
    "entity": "ENTITY",
    "date": "POSTING_DATE",
    "worker": "EMPLOYEE",
    "project": "PROJECT",
    "hours": "HOURS",
    "amount": "AMOUNT",
    "currency": "CURRENCY",
    "text": "TEXT",
}


@dataclass(frozen=True)
class Dialect:
    """One installation's files.

    Attributes:
        headers: what the ERP needs -> header in the import file; `debit` and `credit` may stand
            instead of `amount`.
        words: outcome -> status word of a response.
        answers_by: `key`, or `line_number`.
        trailer: first cell of a last row that counts the rows before it; empty for none.
    """

    encoding: str = "utf-8"
    separator: str = ","
    quotes: bool = True
    newline: str = "\n"
    dates: str = "%Y-%m-%d"
    decimal_mark: str = "."
    headers: Mapping[str, str] = field(default_factory=lambda: PLAIN_HEADERS)
    words: Mapping[str, str] = field(
        default_factory=lambda: {
            "posted": "POSTED",
            "duplicate": "DUPLICATE",
            "rejected": "REJECTED",
        }
    )
    answers_by: str = "key"
    trailer: str = ""

    def read(self, content: bytes) -> list[dict[str, str]]:
        """Rows of an import file by what the ERP calls their columns; a missing column is empty."""
        text = io.StringIO(content.decode(self.encoding), newline="")
        quoting = csv.QUOTE_MINIMAL if self.quotes else csv.QUOTE_NONE
        rows = csv.DictReader(text, delimiter=self.separator, quoting=quoting)
        return [
            {name: row.get(header) or "" for name, header in self.headers.items()} for row in rows
        ]

    def write(
        self, header: Sequence[str], rows: Iterable[Sequence[str]], *, ends: bool = True
    ) -> bytes:
        """A file of the ERP's own; with its trailer if it writes one and the file has an end."""
        text = io.StringIO(newline="")
        out = csv.writer(text, delimiter=self.separator, lineterminator=self.newline)
        out.writerow(header)
        listed = list(rows)
        out.writerows(listed)
        if self.trailer and ends:
            padding = [""] * (len(header) - 2)
            out.writerow([self.trailer, str(len(listed)), *padding])
        return text.getvalue().encode(self.encoding)

    def day(self, text: str) -> date:
        """A day of the import file."""
        return datetime.strptime(text, self.dates).date()  # noqa: DTZ007 - a day has no zone

    def number(self, text: str) -> Decimal:
        """A number of the import file; empty is zero."""
        return Decimal(text.replace(self.decimal_mark, ".") or "0")

    def amount(self, row: Mapping[str, str]) -> Decimal:
        """The signed amount: one column, or debit less credit."""
        if "amount" in row:
            return self.number(row["amount"])
        return self.number(row["debit"]) - self.number(row["credit"])

    def text(self, value: Decimal | date) -> str:
        """A value as the ERP writes it."""
        if isinstance(value, Decimal):
            return str(value).replace(".", self.decimal_mark)
        return value.strftime(self.dates)
