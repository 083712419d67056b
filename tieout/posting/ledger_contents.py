"""The lines of a batch as the ledger keeps them: one compressed file with exact types.

Here: its columns, packing and unpacking. Not here: the keys of the lines, which have rows of
their own because they must be unique (`tieout.posting.ledger_schema`). A hundred thousand lines
are written and read in a fraction of the time that rows take, and their figures stay decimals.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import polars as pl

from tieout.posting.columns import POSTING_COLUMNS

_TEXT = pl.String()

_FIRST_COLUMNS: dict[str, pl.DataType] = {
    "posting_key": _TEXT,
    "attempt": pl.Int64(),
    "payload_sha256": _TEXT,
    "entry_id": _TEXT,
    "source_system": _TEXT,
    "source_record_id": _TEXT,
    "source_version": pl.Int64(),
    "leg": _TEXT,
    "accounting_date": pl.Date(),
    "amount": pl.Decimal(18, 4),
    "currency_code": _TEXT,
    "hours": pl.Decimal(18, 4),
}
_FROM_FRAME = {"amount": "cost_amount_functional", "currency_code": "functional_currency_code"}
_NOT_KEPT = {*_FIRST_COLUMNS, *_FROM_FRAME.values(), "target"}

CONTENT_COLUMNS: dict[str, pl.DataType] = _FIRST_COLUMNS | {
    name: kind for name, kind in POSTING_COLUMNS.items() if name not in _NOT_KEPT
}
"""One row per line, in the order of line numbers: everything that was sent. `amount` is the cost in
functional currency. What a ledger of an earlier release did not keep is null."""


def contents_of(
    frame: pl.DataFrame, attempts: Sequence[int], hashes: Sequence[str] | pl.Series
) -> pl.DataFrame:
    """The contents of a new batch.

    Args:
        frame: Its conforming lines in the order of their numbers.
        attempts: How often each key was planned, this time included.
        hashes: Payload hash of each line.
    """
    return frame.select(
        pl.Series("attempt", attempts, dtype=pl.Int64)
        if name == "attempt"
        else pl.Series("payload_sha256", hashes, dtype=pl.String)
        if name == "payload_sha256"
        else pl.col(_FROM_FRAME.get(name, name)).alias(name)
        for name in CONTENT_COLUMNS
    )


def columns_of(rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Contents from rows of an older ledger, in which dates and amounts were text."""
    texts = dict.fromkeys(_FIRST_COLUMNS, _TEXT) | {
        "attempt": pl.Int64(),
        "source_version": pl.Int64(),
    }
    return pl.DataFrame(list(rows), schema=texts, orient="row").with_columns(
        pl.col("accounting_date").str.to_date(),
        pl.col("amount").cast(_FIRST_COLUMNS["amount"]),
        pl.col("hours").cast(_FIRST_COLUMNS["hours"]),
    )


def pack(contents: pl.DataFrame) -> bytes:
    """The contents as a Parquet file: equal lines give equal bytes."""
    buffer = io.BytesIO()
    # keys and hashes hardly shrink: a higher level takes half as long again for nothing
    contents.write_parquet(buffer, compression="zstd", compression_level=1, statistics=False)
    return buffer.getvalue()


def unpack(packed: bytes, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The contents with their line number `seq` in front.

    Args:
        packed: What `pack` made, of this release or an earlier one.
        columns: Only these columns, which is faster; all of `CONTENT_COLUMNS` when omitted.
    """
    wanted = list(CONTENT_COLUMNS) if columns is None else list(columns)
    kept = pl.read_parquet_schema(io.BytesIO(packed))
    stored = pl.read_parquet(io.BytesIO(packed), columns=[name for name in wanted if name in kept])
    return stored.select(
        pl.col(name) if name in kept else pl.lit(None, dtype=CONTENT_COLUMNS[name]).alias(name)
        for name in wanted
    ).with_row_index("seq")
