"""Reading CSV files exactly: rows with their line numbers, headers and cells as a contract.

For vendors whose systems export files. What columns a file has stands with the vendor; landing the
records is `pipelines.landing`. No money is computed here: numbers pass through as text.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tieout.domain.errors import ContractError

Check = Callable[[str], object]


class Unusable(str):
    """The reason why a row cannot be used; reading it as a value raises that reason.

    Landing converts every cell of a record and quarantines the record of a cell that raises, so
    a row that is wrong in a way only the reader knows (its line, a reference) ends there too.
    """

    __slots__ = ()

    def __str__(self) -> str:
        raise ValueError(str.__str__(self))


def csv_rows(content: bytes, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not blank.

    Raises:
        ContractError: if the file is no UTF-8 CSV.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise ContractError(
            "the file is no UTF-8 text", file=str(path), line=line, fix="save it as CSV UTF-8"
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as problem:
        raise ContractError(
            f"the row cannot be read: {problem}",
            file=str(path),
            line=reader.line_num,
            fix="close every quote and end every row with a line break",
        ) from None


def refuse_header(header: list[str], required: list[str], known: list[str], path: Path) -> None:
    """Refuse a header that lacks a required column, names an unknown one or repeats one.

    Raises:
        ContractError: naming file, line 1, the columns and the header to write.
    """
    missing = [name for name in required if name not in header]
    unknown = [name for name in header if name not in known]
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    problems = [
        f"the column{'s' if len(columns) > 1 else ''} {', '.join(columns)} {what}"
        for columns, what in (
            (missing, "missing"),
            (unknown, "not known"),
            (twice, "given twice"),
        )
        if columns
    ]
    if problems:
        raise ContractError(
            "; ".join(problems),
            file=str(path),
            line=1,
            field=(missing or unknown or twice)[0],
            fix=f"the header is {','.join(known)}",
        )


def any_text(cell: str) -> str:
    """Any text."""
    return cell


def number(places: int) -> Check:
    """A finite decimal number with at most `places` decimals and twelve digits before them."""

    def check(cell: str) -> str:
        try:
            value = Decimal(cell)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise ValueError(f"{cell!r} is no number; write digits and a decimal point, as in 7.5")
        if abs(value) >= Decimal(10) ** 12:
            raise ValueError(f"{cell!r} is too large; check the column")
        if value != round(value, places):
            raise ValueError(f"{cell!r} has more than {places} decimal places; round it")
        return cell

    return check


def whole(minimum: int, maximum: int, what: str) -> Check:
    """A whole number between the bounds, both included."""

    def check(cell: str) -> int:
        if not cell.isascii() or not cell.isdigit() or not minimum <= int(cell) <= maximum:
            raise ValueError(f"{cell!r} is no {what}; write a whole number from {minimum} up")
        return int(cell)

    return check


def day(cell: str) -> date:
    """A calendar day, `2026-06-30`."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is no date; write it as 2026-06-30") from None


def instant(cell: str) -> datetime:
    """An instant; without an offset it is UTC."""
    try:
        stamp = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is no instant; write it as 2026-06-30T18:00:00Z") from None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def currency(cell: str) -> str:
    """An ISO 4217 code."""
    if not re.fullmatch(r"[A-Z]{3}", cell):
        raise ValueError(f"{cell!r} is no currency; write its ISO 4217 code, as in USD")
    return cell


def time_zone(cell: str) -> str:
    """An IANA time zone.

    Raises:
        ValueError: if nobody knows it.
    """
    try:
        ZoneInfo(cell)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{cell!r} is not an IANA time zone") from None
    return cell


def month(cell: str) -> str:
    """A calendar month, `2026-06`."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", cell):
        raise ValueError(f"{cell!r} is no accounting period; write it as 2026-06")
    return cell


def flag(cell: str) -> bool:
    """True or False, in any case."""
    if cell.lower() not in ("true", "false"):
        raise ValueError(f"{cell!r} is neither True nor False")
    return cell.lower() == "true"


def one_of(*words: str) -> Check:
    """One of the words, in any case; the value is in lower case."""

    def check(cell: str) -> str:
        if cell.lower() not in words:
            raise ValueError(f"{cell!r} is not allowed; use one of {', '.join(words)}")
        return cell.lower()

    return check
