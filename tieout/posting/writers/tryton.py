"""The journal file for Tryton: an audit copy of exactly what is sent, one row per move line.

Here: `TrytonWriter` and `read_journal`, its inverse. Not here: how a posting line becomes a move
(`tryton_moves`) and the sending (`tieout.posting.delivery.tryton`).

The file is UTF-8 without a mark, comma separated, lines end in a line feed; amounts are plain
decimals with a point, dates ISO 8601. A bookkeeper can enter it by hand where the server is lost.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby

import polars as pl

from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.tryton_moves import Move, MoveLine, Unpostable, hours_in, move_of

COLUMNS = (
    "move", "date", "description", "line", "account", "debit", "credit", "currency",
    "second_currency", "amount_second_currency", "line_description",
)  # fmt: skip
REFUSED_COLUMNS = ("posting_key", "reason_code", "message")


class TrytonWriter:
    """Writes the journal of a batch."""

    def files(self, lines: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:
        """The journal, and a list of lines from which no move can be made, if there are any."""
        rows: list[tuple[str, ...]] = []
        refused: list[tuple[str, ...]] = []
        for number, line in enumerate(lines.iter_rows(named=True), start=1):
            try:
                rows += _rows(number, move_of(line))
            except Unpostable as problem:
                refused.append((line["posting_key"], problem.reason_code, problem.message))
        files = {f"{header.batch_id}-journal.csv": _csv(COLUMNS, rows)}
        if refused:
            files[f"{header.batch_id}-not-sent.csv"] = _csv(REFUSED_COLUMNS, refused)
        return files


def create_writer() -> TrytonWriter:
    """The writer of Tryton's files."""
    return TrytonWriter()


def read_journal(content: bytes) -> list[Move]:
    """Read a journal back into the moves it was written from, in order.

    Raises:
        ValueError: if the columns are not those of a journal.
    """
    reader = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"a journal has the columns {', '.join(COLUMNS)}")
    return [_move(list(rows)) for _, rows in groupby(reader, lambda row: row["move"])]


def _rows(number: int, move: Move) -> Iterator[tuple[str, ...]]:
    for position, line in enumerate(move.lines, start=1):
        yield (
            str(number),
            move.accounting_date.isoformat(),
            move.posting_key,
            str(position),
            line.account_code,
            str(line.debit),
            str(line.credit),
            move.currency_code,
            line.second_currency or "",
            "" if line.second_amount is None else str(line.second_amount),
            line.text,
        )


def _move(rows: list[dict[str, str]]) -> Move:
    lines = tuple(
        MoveLine(
            account_code=row["account"],
            debit=Decimal(row["debit"]),
            credit=Decimal(row["credit"]),
            text=row["line_description"],
            second_currency=row["second_currency"] or None,
            second_amount=Decimal(row["amount_second_currency"])
            if row["amount_second_currency"]
            else None,
        )
        for row in rows
    )
    first = rows[0]
    return Move(
        posting_key=first["description"],
        accounting_date=date.fromisoformat(first["date"]),
        hours=hours_in(first["line_description"]),
        cost=lines[0].balance,
        currency_code=first["currency"],
        lines=lines,
    )


def _csv(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
