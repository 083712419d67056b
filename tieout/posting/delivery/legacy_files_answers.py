"""What an ERP of files says: response files and the export of its posted lines, as frames.

Here: reading them by the template; a file that cannot be understood is an ERP that did not answer,
never an absent line. Not here: which files belong to what, and what follows (`legacy_files`).

A last row without its line end, and a file without the trailer that the template asks for, is a
file that the ERP is still writing: it says nothing yet.
"""

from __future__ import annotations

import io

import polars as pl

from tieout.domain.errors import SystemUnreachable
from tieout.posting.acks.legacy_files import outcomes_of, reasons_of
from tieout.posting.writers.legacy_files_layout import Layout
from tieout.posting.writers.legacy_files_template import (
    Figures,
    PostedLines,
    Response,
)
from tieout.posting.writers.legacy_files_text import DECIMAL, read_amount, read_date, read_decimal

FIGURES: dict[str, pl.DataType] = {
    "accounting_date": pl.Date(),
    "hours": DECIMAL,
    "amount": DECIMAL,
    "currency_code": pl.String(),
}
"""What an ERP may show of a line; a column that its template does not name is null."""
ANSWERS: dict[str, pl.DataType] = {
    "file_key": pl.String(),
    "line_number": pl.Int64(),
    "outcome": pl.String(),
    "erp_id": pl.String(),
    "reason_code": pl.String(),
    "message": pl.String(),
    **FIGURES,
}
"""One row per row of a response file: a line by its key in the file, or by its number."""
BOOKS: dict[str, pl.DataType] = {
    "file_key": pl.String(),
    "erp_id": pl.String(),
    "state": pl.String(),
    **FIGURES,
}
"""One row per line that the export shows."""
SHOWN: dict[str, pl.DataType] = {
    **BOOKS,
    "work_date": pl.Date(),
    **dict.fromkeys(
        ("legal_entity_id", "worker_id", "project_id", "memo", "account_code", "created_by"),
        pl.String(),
    ),
}
"""One row per line of the books with everything that the read-back wants to know of it."""
_FIX = "correct the file or the template, then run again; nothing is concluded meanwhile"


def read_response(content: bytes, name: str, response: Response, system_id: str) -> pl.DataFrame:
    """The answers of one response file (`ANSWERS`), none while it is being written.

    Raises:
        SystemUnreachable: it is not written by the template, or uses an unknown status.
    """
    columns = response.columns
    text = _text(content, name, response, system_id)
    whole = _whole(text, name, response, system_id)
    if not whole or not whole.strip():
        return pl.DataFrame(schema=ANSWERS)
    table = _table(whole, name, response, system_id)
    wanted = columns.model_dump(exclude_none=True)
    _refuse_missing(table, list(wanted.values()), name, system_id)
    status = pl.col(columns.status).str.strip_chars()
    answers = table.select(
        _named(columns.posting_key).alias("file_key"),
        _named(columns.line_number).str.strip_chars().cast(pl.Int64, strict=False)
        .alias("line_number"),
        outcomes_of(status, response).alias("outcome"),
        _named(columns.erp_id).alias("erp_id"),
        _named(columns.message).alias("message"),
        *_figures(columns, response),
        status.alias("status"),
    )  # fmt: skip
    strange = answers.with_row_index("row", 2).filter(pl.col("outcome").is_null())
    if strange.height:
        row = strange.row(0, named=True)
        raise SystemUnreachable(
            system_id,
            f"{name} row {row['row']}: the status {row['status']!r} is not in the template",
            "add the word to accepted, already_there or rejected of the template, then run again",
        )
    taken = pl.col("outcome") != "rejected"
    if columns.are_shown:
        _refuse_unread(answers, taken, name, system_id)
    return answers.with_columns(
        pl.when(~taken)
        .then(pl.lit(reasons_of(answers["message"], response)))
        .alias("reason_code")
    ).select(list(ANSWERS))  # fmt: skip


def is_whole(content: bytes, name: str, response: Response, system_id: str) -> bool:
    """Whether a response file has its trailer.

    Raises:
        SystemUnreachable: it cannot be decoded, or its trailer counts other rows.
    """
    text = _text(content, name, response, system_id)
    return _whole(text, name, response, system_id) is not None


def read_books(content: bytes, name: str, posted: PostedLines, system_id: str) -> pl.DataFrame:
    """The lines of an export (`BOOKS`).

    Raises:
        SystemUnreachable: it is not written by the template, or is cut off.
    """
    books = books_table(content, name, posted, system_id).select(list(BOOKS))
    return books.filter(pl.col("file_key").is_not_null() & (pl.col("file_key") != ""))


def books_table(content: bytes, name: str, posted: PostedLines, system_id: str) -> pl.DataFrame:
    """All rows of an export (`SHOWN`), those without a key too.

    Raises:
        SystemUnreachable: it is not written by the template, or is cut off.
    """
    columns = posted.columns
    table = export_table(content, name, posted, system_id)
    draft = _named(columns.status).str.strip_chars().is_in(list(posted.drafts)).fill_null(False)
    books = table.select(
        _named(columns.posting_key).alias("file_key"),
        _named(columns.erp_id).alias("erp_id"),
        pl.when(draft).then(pl.lit("draft")).otherwise(pl.lit("posted")).alias("state"),
        *_figures(columns, posted),
        read_date(_named(columns.work_date), posted).alias("work_date"),
        *(
            _named(getattr(columns, field)).alias(field)
            for field in SHOWN
            if field not in BOOKS and field != "work_date"
        ),
    )
    _refuse_unread(books, pl.lit(True), name, system_id)
    return books


def export_table(
    content: bytes, name: str, posted: PostedLines, system_id: str
) -> pl.DataFrame:  # fmt: skip
    """An export as text, every column that the template names is there.

    Raises:
        SystemUnreachable: it is not written by the template, or is cut off.
    """
    text = _text(content, name, posted, system_id)
    if text and not text.endswith("\n"):
        raise SystemUnreachable(system_id, f"{name} ends within a row", _FIX)
    table = _table(text, name, posted, system_id)
    wanted = posted.columns.model_dump(exclude_none=True)
    _refuse_missing(table, list(wanted.values()), name, system_id)
    return table


def _whole(text: str, name: str, response: Response, system_id: str) -> str | None:
    """The rows of a response that are complete, without trailer; None while it has none."""
    rows = text[: text.rfind("\n") + 1]
    if response.trailer is None:
        return rows
    start = rows.rstrip("\r\n").rfind("\n") + 1
    cells = [cell.strip('"') for cell in rows[start:].strip().split(response.separator)]
    if cells[0] != response.trailer:
        return None
    count = _table(rows[:start], name, response, system_id).height
    if cells[1:2] != [str(count)]:
        raise SystemUnreachable(
            system_id, f"{name}: the trailer counts {cells[1:2]} rows, there are {count}", _FIX
        )
    return rows[:start]


def _text(content: bytes, name: str, layout: Layout, system_id: str) -> str:
    try:
        return content.decode(layout.encoding)
    except UnicodeDecodeError as problem:
        raise SystemUnreachable(system_id, f"{name} is not {layout.encoding}", _FIX) from problem


def _table(text: str, name: str, layout: Layout, system_id: str) -> pl.DataFrame:
    """A file with a header as text columns; an empty one has none."""
    if not text.strip():
        return pl.DataFrame()
    try:
        return pl.read_csv(
            io.BytesIO(text.encode()),
            separator=layout.separator,
            quote_char=None if layout.quoting == "never" else '"',
            infer_schema=False,
        )
    except pl.exceptions.PolarsError as problem:
        what = str(problem).splitlines()[0]
        raise SystemUnreachable(system_id, f"{name} is no table: {what}", _FIX) from problem


def _refuse_missing(table: pl.DataFrame, wanted: list[str], name: str, system_id: str) -> None:
    missing = [header for header in wanted if header not in table.columns]
    if missing:
        raise SystemUnreachable(system_id, f"{name} lacks {', '.join(missing)}", _FIX)


def _refuse_unread(table: pl.DataFrame, asked: pl.Expr, name: str, system_id: str) -> None:
    """Refuse a date or an amount that was not understood: it is not the same as none."""
    unread = table.with_row_index("row", 2).filter(
        asked & (pl.col("accounting_date").is_null() | pl.col("amount").is_null())
    )
    if unread.height:
        tried = f"{name} row {unread['row'][0]}: date or amount cannot be read"
        raise SystemUnreachable(system_id, tried, _FIX)


def _figures(columns: Figures, layout: Layout) -> list[pl.Expr]:
    debit, credit = columns.debit, columns.credit
    return [
        read_date(_named(columns.accounting_date), layout).alias("accounting_date"),
        read_decimal(_named(columns.hours), layout).alias("hours"),
        read_amount(
            pl.col(columns.amount) if columns.amount else None,
            pl.col(debit) if debit else None,
            pl.col(credit) if credit else None,
            layout,
        ).alias("amount"),
        _named(columns.currency_code).alias("currency_code"),
    ]


def _named(header: str | None) -> pl.Expr:
    """A column of the file, or nothing where the template names none."""
    return pl.lit(None, dtype=pl.String) if header is None else pl.col(header)
