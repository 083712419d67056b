"""Values as the text of an ERP's file, and back: dates, decimals, sides, keys, encodings.

Here: expressions over whole columns, exact, and what makes a line impossible to write. Not here:
which columns there are (`legacy_files_layout`) and files (`legacy_files`).

Nothing is rounded: a value with more decimals than its column takes makes the line unwritable.
Free text is fitted to the file: line ends become spaces, letters that the encoding lacks become
question marks, what is too long is cut. Anything else that does not fit is refused.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from tieout.domain.keys import shorten
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.writers.legacy_files_layout import (
    BATCH_ID,
    LINE_NUMBER,
    Column,
    ImportFile,
    Layout,
)

FREE_TEXT: Final = frozenset({"memo", "task_name", "worker_name"})
DIGEST_LENGTH: Final = 26
DECIMAL: Final = pl.Decimal(18, 4)
_EXACT: Final = r"^[+-]?[0-9]{1,14}(\.[0-9]{1,4}0*)?$"
_BREAKS: Final = r"[\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]+"


def file_keys(keys: pl.Series, layout: ImportFile) -> pl.Series:
    """The keys as the file holds them: shortened where they are too long or cannot be written."""
    column = layout.first("posting_key") or Column(header="KEY", source="posting_key")
    odd = ~_encodable(keys, layout.encoding)
    odd |= keys.to_frame().select(_misfit(pl.col(keys.name), column, layout)).to_series()
    if not odd.any():
        return keys
    most = min(column.length or DIGEST_LENGTH, DIGEST_LENGTH)
    short = [
        shorten(key.ljust(most + 1, "\0"), most) if is_odd else key
        for key, is_odd in zip(keys.to_list(), odd.to_list(), strict=True)
    ]
    return pl.Series(keys.name, short, dtype=pl.String)


def written(lines: pl.DataFrame, layout: ImportFile) -> pl.DataFrame:
    """The columns of the file as text, named by their headers; null is an empty field.

    Args:
        lines: posting lines with `file_key`, `line_number` and `batch_id` beside the contract.
        layout: the file.
    """
    return lines.select(
        _written(lines, column, layout).alias(column.header) for column in layout.columns
    )


def _written(lines: pl.DataFrame, column: Column, layout: ImportFile) -> pl.Expr:
    """One column of the file."""
    if column.source is None:
        # repeated, because a file of nothing else would have one row
        return pl.repeat(column.constant, pl.len(), dtype=pl.String)
    kind = POSTING_COLUMNS.get(column.source, pl.String())
    value = pl.col("file_key" if column.source == "posting_key" else column.source)
    if isinstance(kind, pl.Decimal):
        value = _decimal(value, kind.scale, column, layout)
    elif kind == pl.Date:
        value = value.dt.strftime(layout.dates)
    elif isinstance(kind, pl.Datetime):
        value = value.dt.strftime(f"{layout.dates} %H:%M:%S")
    elif kind == pl.Boolean:
        yes, no = layout.booleans
        value = pl.when(value).then(pl.lit(yes)).when(~value).then(pl.lit(no))
    elif column.source in FREE_TEXT:
        return pl.lit(_fitted(lines[column.source], column, layout))
    return value.cast(pl.String)


def refusals(lines: pl.DataFrame, layout: ImportFile) -> pl.Series:
    """What makes each line unwritable, by the first column that does; null for nothing.

    The text begins with a reason code and a colon.
    """
    nothing = pl.lit(None, dtype=pl.String)
    why = [
        _refusal(lines, column, layout)
        for column in layout.columns
        if column.source is not None and column.source not in (LINE_NUMBER, BATCH_ID)
    ]
    return lines.select(pl.coalesce(*why, nothing).alias("refusal")).to_series()


def _refusal(lines: pl.DataFrame, column: Column, layout: ImportFile) -> pl.Expr:
    """What makes each line unwritable because of one column that has a source."""
    source = column.source or ""
    empty = pl.when(pl.col(source).is_null() & pl.lit(column.required)).then(
        pl.lit(f"REF_INVALID: {source} is empty, and the file needs {column.header}")
    )
    kind = POSTING_COLUMNS[source]
    if isinstance(kind, pl.Decimal):
        cut = kind.scale - (kind.scale if column.decimals is None else column.decimals)
        if not cut:
            return empty
        tail = pl.col(source).cast(pl.String).str.tail(cut)
        coarse = f"AMOUNT_MISMATCH: {source} has more than {column.decimals} decimals"
        return empty.when(tail.str.contains("[1-9]")).then(pl.lit(coarse))
    if kind == pl.String and source not in FREE_TEXT and source != "posting_key":
        misfit = pl.col(source).pipe(_misfit, column, layout)
        if _plain(layout.encoding) != "utf-8":
            misfit |= pl.lit(~_encodable(lines[source], layout.encoding))
        unfit = f"REF_INVALID: {source} does not fit into {column.header}"
        return empty.when(misfit).then(pl.lit(unfit))
    return empty


def read_decimal(text: pl.Expr, layout: Layout) -> pl.Expr:
    """A decimal as the ERP writes it; null where it is none or has more than four decimals."""
    plain = text.str.strip_chars()
    if layout.decimal_mark == ",":
        plain = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return pl.when(plain.str.contains(_EXACT)).then(plain.cast(DECIMAL, strict=False))


def read_date(text: pl.Expr, layout: Layout) -> pl.Expr:
    """A day as the ERP writes it; null where it is none."""
    return text.str.strip_chars().str.to_date(layout.dates, strict=False)


def read_amount(
    amount: pl.Expr | None, debit: pl.Expr | None, credit: pl.Expr | None, layout: Layout
) -> pl.Expr:
    """A signed amount from one column, or from debit less credit; an empty side is zero."""
    if amount is not None:
        return read_decimal(amount, layout)
    if debit is None or credit is None:
        return pl.lit(None, dtype=DECIMAL)
    zero = pl.lit("0")
    left = read_decimal(pl.when(debit != "").then(debit).otherwise(zero), layout)
    right = read_decimal(pl.when(credit != "").then(credit).otherwise(zero), layout)
    return (left - right).cast(DECIMAL)


def _decimal(value: pl.Expr, scale: int, column: Column, layout: ImportFile) -> pl.Expr:
    """A decimal with a fixed number of decimals; of two sides, the one that it belongs to."""
    if column.side is not None:
        mine = value >= 0 if column.side == "debit" else value < 0
        value = pl.when(mine).then(value.abs())
    text = value.cast(pl.String)
    decimals = scale if column.decimals is None else column.decimals
    cut = scale - decimals + (1 if decimals == 0 else 0)
    if cut:
        text = text.str.head(-cut)
    return text.str.replace(".", ",", literal=True) if layout.decimal_mark == "," else text


def _fitted(texts: pl.Series, column: Column, layout: ImportFile) -> pl.Series:
    """Free text made to fit."""
    fitted = texts.str.replace_all(_BREAKS, " ")
    if layout.quoting == "never":
        fitted = fitted.str.replace_all(layout.separator, " ", literal=True)
        fitted = fitted.str.replace_all('"', "'", literal=True)
    if column.length is not None:
        fitted = fitted.str.head(column.length)
    odd = ~_encodable(fitted, layout.encoding)
    if not odd.any():
        return fitted
    encoding = _plain(layout.encoding)
    return pl.Series(
        [
            text.encode(encoding, "replace").decode(encoding) if is_odd and text else text
            for text, is_odd in zip(fitted.to_list(), odd.to_list(), strict=True)
        ],
        dtype=pl.String,
    )


def _misfit(value: pl.Expr, column: Column, layout: ImportFile) -> pl.Expr:
    """Whether a text is too long or would break its row."""
    wrong = value.str.contains(_BREAKS)
    if column.length is not None:
        wrong |= value.str.len_chars() > column.length
    if layout.quoting == "never":
        wrong |= value.str.contains(layout.separator, literal=True)
        wrong |= value.str.contains('"', literal=True)
    return wrong.fill_null(False)


def _encodable(texts: pl.Series, encoding: str) -> pl.Series:
    """Whether each text can be written; plain ASCII always can, and null."""
    name = _plain(encoding)
    if name == "utf-8":
        return pl.repeat(True, texts.len(), dtype=pl.Boolean, eager=True)
    plain = (texts.str.len_bytes() == texts.str.len_chars()).fill_null(True)
    if plain.all():
        return plain
    return pl.Series(
        [
            is_plain or text is None or text == text.encode(name, "ignore").decode(name)
            for text, is_plain in zip(texts.to_list(), plain.to_list(), strict=True)
        ],
        dtype=pl.Boolean,
    )


def _plain(encoding: str) -> str:
    """The encoding of a single value: the mark at the start of a file is none of its."""
    return "utf-8" if encoding == "utf-8-sig" else encoding
