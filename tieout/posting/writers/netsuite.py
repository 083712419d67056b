"""NetSuite's import files: Track Time for time, Journal Entry for expenses.

Here: `NetSuiteWriter` and `read_files`, its inverse. Not here: which lines can be posted at all
(`netsuite_lines`), sending them over the API (`tieout.posting.delivery.netsuite`).

The files are UTF-8 without a mark, comma separated, a header row on each, lines end in a line feed.
They hold at most 25,000 rows and 50 MB, as one import job takes; a journal's two rows are never
parted. What the import mapping must say: references by internal id (Employee, Customer:Project,
Name), accounts by number, subsidiary by external id, currency by code; dates as month/day/year
(the importing user's format); the columns named Tieout are the custom columns of time and journal
lines.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import polars as pl

from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.netsuite_lines import split

ROWS_MAX: Final = 25_000
BYTES_MAX: Final = 50_000_000
DATE_FORMAT: Final = "%-m/%-d/%Y"

TIME_COLUMNS: Final = (
    "External ID", "Employee", "Duration", "Date", "Customer:Project", "Billable", "Rate", "Memo",
    "Tieout Cost", "Tieout Bill", "Tieout Currency", "Tieout Work Date",
)  # fmt: skip
_LINE: Final = "Journal Entry - Line: "
JOURNAL_COLUMNS: Final = (
    "External ID", "Date", "Posting Period", "Currency", "Exchange Rate", "Subsidiary", "Memo",
    f"{_LINE}Account", f"{_LINE}Debit", f"{_LINE}Credit", f"{_LINE}Memo", f"{_LINE}Name",
    f"{_LINE}Tieout Employee", f"{_LINE}Tieout Cost", f"{_LINE}Tieout Bill",
    f"{_LINE}Tieout Currency", f"{_LINE}Tieout Work Date",
)  # fmt: skip
_CENTS = pl.Decimal(18, 2)
_EMPTY = pl.lit("")


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """One posting line as an import file says it.

    Attributes:
        posting_key: external id.
        entry_type: `time` or `expense`.
        accounting_date: date of the record.
        work_date: day of the work or of the expense transaction.
        hours: hours; 0 for an expense.
        cost: cost in the functional currency.
        bill: bill value in contract currency.
        contract_currency: currency of `bill`; empty where there is none.
        worker: internal id of the employee; empty where there is none.
        project: internal id of the job; empty where there is none.
        memo: text.
    """

    posting_key: str
    entry_type: str
    accounting_date: date
    work_date: date
    hours: Decimal
    cost: Decimal
    bill: Decimal
    contract_currency: str
    worker: str
    project: str
    memo: str


class NetSuiteWriter:
    """Writes the import files of a batch.

    Args:
        rows_max: rows per file, lower in tests.
        bytes_max: bytes per file, lower in tests.
    """

    def __init__(self, rows_max: int = ROWS_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._rows_max, self._bytes_max = rows_max, bytes_max

    def files(self, lines: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:
        """The import files, and a list of lines that no file can hold, if there are any."""
        good, refused = split(lines)
        files: dict[str, bytes] = {}
        for entry_type, name, rows_per_line, table in (
            ("time", "track-time", 1, time_table),
            ("expense", "journal-entries", 2, journal_table),
        ):
            chosen = good.filter(pl.col("entry_type") == entry_type)
            parts = self._parts(chosen, table, max(1, self._rows_max // rows_per_line))
            for number, content in enumerate(parts, start=1):
                files[f"{header.batch_id}-{name}-{number:03d}.csv"] = content
        if not refused.is_empty() or not files:
            files[f"{header.batch_id}-not-sent.csv"] = _csv(refused)
        return files

    def _parts(
        self, lines: pl.DataFrame, table: Callable[[pl.DataFrame], pl.DataFrame], lines_max: int
    ) -> Iterator[bytes]:
        """The lines as files within both bounds, in order."""
        for start in range(0, lines.height, lines_max):
            waiting = [lines.slice(start, lines_max)]
            while waiting:
                chunk = waiting.pop(0)
                content = _csv(table(chunk))
                if len(content) <= self._bytes_max or chunk.height == 1:
                    yield content
                    continue
                half = chunk.height // 2
                waiting = [chunk.head(half), chunk.slice(half), *waiting]


def create_writer() -> NetSuiteWriter:
    """The writer of NetSuite's files."""
    return NetSuiteWriter()


def time_table(lines: pl.DataFrame) -> pl.DataFrame:
    """The rows of a Track Time file."""
    is_billable = pl.col("is_billable").fill_null(value=False)
    rate = pl.when(is_billable).then(pl.col("bill_rate").cast(pl.String())).otherwise(_EMPTY)
    return lines.select(
        *_numbered(
            pl.col("posting_key"), pl.col("erp_worker_id"), pl.col("hours").cast(pl.String()),
            _day("accounting_date"), pl.col("erp_project_id"),
            pl.when(is_billable).then(pl.lit("T")).otherwise(pl.lit("F")), rate.fill_null(""),
            pl.col("memo"), _amount("cost_amount_functional"), _amount("bill_amount_contract"),
            pl.col("contract_currency_code").fill_null(""), _day("work_date"),
        )
    ).pipe(_named, TIME_COLUMNS)  # fmt: skip


def journal_table(lines: pl.DataFrame) -> pl.DataFrame:
    """The rows of a Journal Entry file: per line the cost side, then the other side."""
    cost = pl.col("cost_amount_functional").cast(_CENTS)
    up = pl.when(cost > 0).then(cost.cast(pl.String())).otherwise(_EMPTY)
    down = pl.when(cost < 0).then(cost.abs().cast(pl.String())).otherwise(_EMPTY)
    head = (
        pl.col("posting_key"),
        _day("accounting_date"),
        pl.col("accounting_date").dt.strftime("%b %Y"),
        pl.col("functional_currency_code"),
        pl.lit("1.00"),
        pl.col("legal_entity_id"),
        pl.col("memo"),
    )
    project = pl.col("erp_project_id").fill_null("")
    first = lines.with_row_index("place").select(
        "place", pl.lit(0).alias("side"), *_numbered(
            *head, pl.col("debit_account_code"), up, down, pl.col("memo"), project,
            pl.col("erp_worker_id").fill_null(""), _amount("cost_amount_functional"),
            _amount("bill_amount_contract"), pl.col("contract_currency_code").fill_null(""),
            _day("work_date"),
        ),
    )  # fmt: skip
    second = lines.with_row_index("place").select(
        "place", pl.lit(1).alias("side"), *_numbered(
            *head, pl.col("credit_account_code"), down, up, pl.col("memo"), project,
            _EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY,
        ),
    )  # fmt: skip
    rows = pl.concat([first, second]).sort("place", "side").drop("place", "side")
    return rows.pipe(_named, JOURNAL_COLUMNS)


def read_files(files: dict[str, bytes]) -> list[ImportedLine]:
    """Read import files back, in the order of their names and rows.

    Raises:
        ValueError: if the columns are not those of an import file, or a journal's rows do not
            belong together.
    """
    found: list[ImportedLine] = []
    for name in sorted(files):
        if name.endswith("-not-sent.csv"):
            continue
        reader = csv.DictReader(io.StringIO(files[name].decode("utf-8"), newline=""))
        columns = tuple(reader.fieldnames or ())
        if columns == TIME_COLUMNS:
            found += [_time_line(row) for row in reader]
        elif columns == JOURNAL_COLUMNS:
            rows = list(reader)
            found += [_expense_line(*rows[n : n + 2]) for n in range(0, len(rows), 2)]
        else:
            raise ValueError(f"{name} has the columns of no import file")
    return found


def _time_line(row: dict[str, str]) -> ImportedLine:
    return ImportedLine(
        row["External ID"], "time", _date(row["Date"]), _date(row["Tieout Work Date"]),
        Decimal(row["Duration"]), Decimal(row["Tieout Cost"]), Decimal(row["Tieout Bill"]),
        row["Tieout Currency"], row["Employee"], row["Customer:Project"], row["Memo"],
    )  # fmt: skip


def _expense_line(first: dict[str, str], second: dict[str, str]) -> ImportedLine:
    balance = [
        Decimal(row[f"{_LINE}Debit"] or 0) - Decimal(row[f"{_LINE}Credit"] or 0)
        for row in (first, second)
    ]
    if first["External ID"] != second["External ID"] or sum(balance) != 0:
        raise ValueError(f"the journal {first['External ID']} is not whole")
    return ImportedLine(
        first["External ID"], "expense", _date(first["Date"]),
        _date(first[f"{_LINE}Tieout Work Date"]), Decimal(0), balance[0],
        Decimal(first[f"{_LINE}Tieout Bill"]), first[f"{_LINE}Tieout Currency"],
        first[f"{_LINE}Tieout Employee"], first[f"{_LINE}Name"], first["Memo"],
    )  # fmt: skip


def _date(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime(DATE_FORMAT)


def _amount(column: str) -> pl.Expr:
    return pl.col(column).cast(_CENTS).cast(pl.String()).fill_null("0.00")


def _numbered(*columns: pl.Expr) -> list[pl.Expr]:
    return [column.alias(str(number)) for number, column in enumerate(columns)]


def _named(table: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """The columns under their names; an empty text is an empty cell."""
    cells = table.rename(dict(zip(table.columns, names, strict=True)))
    return cells.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _csv(table: pl.DataFrame) -> bytes:
    return table.write_csv(quote_style="necessary", line_terminator="\n").encode("utf-8")
