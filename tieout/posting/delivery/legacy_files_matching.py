"""From what an ERP of files says to lines of a batch: pure, over whole frames.

Here: which answer belongs to which line, and which of several answers counts. Not here: reading the
files (`legacy_files_answers`) and asking for them (`legacy_files`).

Several answers to one line: taken beats there already, and both beat refused: an ERP that was
handed a line twice refuses the second one, and the line stands in its books all the same.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from tieout.posting.delivery.base import FOUND_COLUMNS, RESULT_COLUMNS
from tieout.posting.delivery.legacy_files_answers import FIGURES
from tieout.posting.writers.legacy_files import INDEX_COLUMNS
from tieout.posting.writers.legacy_files_template import Figures

RECORD_TYPE: Final = "file_line"
IN_BOOKS: Final = "found in the export of posted lines"
NOT_WRITTEN: Final = "not written: "
_RANKS: Final = {"accepted": 0, "already_there": 1, "rejected": 2}
_NOTHING: Final = pl.lit(None, dtype=pl.String)


def index_of(answers: pl.DataFrame) -> pl.DataFrame:
    """The index of a batch whose own index is lost: only lines answered by their whole key."""
    keys = answers.select(pl.col("file_key").alias("posting_key"), "file_key").drop_nulls().unique()
    return pl.concat([pl.DataFrame(schema=INDEX_COLUMNS), keys], how="diagonal")


def answered(index: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Answers with posting keys, in their order; lines that the batch does not have are left out.

    Args:
        index: lines of the batch (`INDEX_COLUMNS`).
        answers: rows of its response files (`ANSWERS`), by key, or by number where no key stands.
    """
    lines = index.select("posting_key", "file_key", "line_number")
    is_named = pl.col("file_key").is_not_null() & (pl.col("file_key") != "")
    by_key = lines.select("posting_key", "file_key").join(
        answers.filter(is_named), on="file_key", maintain_order="right"
    )
    by_number = lines.select("posting_key", "line_number").join(
        answers.filter(~is_named.fill_null(False)), on="line_number", maintain_order="right"
    )
    names = [*RESULT_COLUMNS, *FIGURES]
    return pl.concat([by_key.select(names), by_number.select(names)])


def refused(index: pl.DataFrame) -> pl.DataFrame:
    """Lines that no file could hold, as results."""
    parts = pl.col("refusal").str.splitn(": ", 2).struct
    return index.filter(pl.col("refusal").is_not_null()).select(
        "posting_key",
        pl.lit("rejected").alias("outcome"),
        _NOTHING.alias("erp_id"),
        parts.field("field_0").alias("reason_code"),
        (NOT_WRITTEN + parts.field("field_1")).alias("message"),
    )


def best(index: pl.DataFrame, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """One result per line of the batch that anything is known about (`RESULT_COLUMNS`)."""
    known = pl.concat([part.select(list(RESULT_COLUMNS)) for part in parts])
    rank = pl.col("outcome").replace_strict(_RANKS, return_dtype=pl.Int8)
    return (
        known.join(index.select("posting_key"), on="posting_key", how="semi", maintain_order="left")
        .sort(rank, maintain_order=True)
        .unique("posting_key", keep="first", maintain_order=True)
    )


def unsettled(index: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """Lines without an answer, and refused ones, that may stand in the books all the same."""
    taken = results.filter(pl.col("outcome") != "rejected")
    written = index.filter(pl.col("refusal").is_null())
    return written.join(taken, on="posting_key", how="anti")


def in_books(lines: pl.DataFrame, books: pl.DataFrame) -> pl.DataFrame:
    """Lines of a batch that the export shows as posted, as results."""
    posted = books.filter(pl.col("state") == "posted").select("file_key", "erp_id")
    return (
        lines.select("posting_key", "file_key")
        .join(posted, on="file_key", maintain_order="right")
        .select(
            "posting_key",
            pl.lit("already_there").alias("outcome"),
            "erp_id",
            _NOTHING.alias("reason_code"),
            pl.lit(IN_BOOKS).alias("message"),
        )
    )


def as_sent(shown: pl.DataFrame, columns: Figures) -> pl.DataFrame:
    """Figures that the ERP keeps nowhere (its template names no column) are taken as sent."""
    kept = {"hours": columns.hours, "currency_code": columns.currency_code}
    return shown.with_columns(
        pl.col(f"sent_{name}").alias(name) for name, header in kept.items() if header is None
    )


def as_found(shown: pl.DataFrame) -> pl.DataFrame:
    """What is shown, one row per object (`FOUND_COLUMNS`), oldest first.

    The same object told twice is one; a row without a document id is the object that has one, and
    an ERP that gives no ids has the key for one.
    """
    named = pl.when(pl.col("erp_id") != "").then(pl.col("erp_id"))
    first = named.drop_nulls().first().over("posting_key")
    return (
        shown.with_columns(
            pl.coalesce(named, first, "file_key").alias("erp_id"),
            pl.lit(RECORD_TYPE).alias("record_type"),
        )
        .unique(["posting_key", "erp_id"], keep="first", maintain_order=True)
        .select(pl.col(name).cast(kind) for name, kind in FOUND_COLUMNS.items())
    )
