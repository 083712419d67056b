"""Exact facts about a frame of posting lines: its shape, hashes and control totals.

Here: the check against the contract, one hash per line, one fingerprint per frame, and sums in
`Decimal`. Not here: the contract itself (`tieout.posting.columns`).
"""

from __future__ import annotations

import hashlib
from decimal import Decimal

import polars as pl

from tieout.domain.control_totals import ZERO, ControlTotals
from tieout.domain.errors import ContractError
from tieout.posting.columns import POSTING_COLUMNS

_SEPARATOR = "\x1f"
_NULL = "\x00"


def conform(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the contract's columns in its order and types, sorted by posting key.

    Raises:
        ContractError: A column is missing, or a value does not fit its type exactly. A floating
            point column is refused whatever it holds.
    """
    missing = [name for name in POSTING_COLUMNS if name not in frame.columns]
    if missing:
        raise ContractError(f"Posting candidates lack the column {', '.join(missing)}")
    floats = [name for name in POSTING_COLUMNS if frame.schema[name].is_float()]
    if floats:
        raise ContractError(f"Posting candidates hold floating point in {', '.join(floats)}")
    try:
        typed = frame.select(pl.col(name).cast(kind) for name, kind in POSTING_COLUMNS.items())
    except pl.exceptions.PolarsError as problem:
        raise ContractError(f"Posting candidates do not fit their types: {problem}") from problem
    for name, kind in POSTING_COLUMNS.items():
        if isinstance(kind, pl.Decimal) and frame.schema[name] != kind:
            changed = (typed[name] != frame[name]).sum()
            if changed:
                raise ContractError(f"{changed} values of {name} have more decimals than {kind}")
    if typed["posting_key"].is_sorted(nulls_last=True):
        return typed
    return typed.sort("posting_key", nulls_last=True)


def totals_of(frame: pl.DataFrame) -> ControlTotals:
    """Count, hours and cost per functional currency of a conforming frame, exact."""
    sums = frame.group_by("functional_currency_code").agg(pl.col("cost_amount_functional").sum())
    return ControlTotals(
        line_count=frame.height,
        hours=_decimal(frame.select(pl.col("hours").sum()).item()),
        amounts={
            str(currency): _decimal(amount)
            for currency, amount in sorted(sums.iter_rows(), key=lambda row: str(row[0]))
            if currency is not None and amount is not None
        },
    )


def payload_hashes(frame: pl.DataFrame) -> list[str]:
    """SHA-256 of each line over every column of the contract, in row order.

    Two lines with one key and different hashes are two different postings under one name.
    """
    parts: list[str | pl.Expr] = []
    for name in POSTING_COLUMNS:
        text = _text_of(name, frame[name])
        if isinstance(text, str) and parts and isinstance(parts[-1], str):
            parts[-1] += _SEPARATOR + text
        else:
            parts.append(text)
    texts = frame.select(
        pl.concat_str([pl.lit(p) if isinstance(p, str) else p for p in parts], separator=_SEPARATOR)
    ).to_series()
    # Polars has no SHA-256, and DuckDB's takes three times the processor time of this loop
    sha256 = hashlib.sha256
    return [sha256(text).hexdigest() for text in texts.cast(pl.Binary).to_list()]


def _text_of(name: str, column: pl.Series) -> pl.Expr | str:
    """A column as text, once if it says the same in every row; the key has a text per row."""
    if name != "posting_key" and _is_same(column):
        return str(column.head(1).cast(pl.String).fill_null(_NULL).item())
    return pl.col(name).cast(pl.String).fill_null(_NULL)


def fingerprint(frame: pl.DataFrame) -> str:
    """SHA-256 of a conforming frame: the same rows in the same order, and nothing else.

    Column by column, because a gate takes it of every frame that it judges: texts as their lengths
    and all their bytes, everything else as exact integers. A column that says the same in every row
    is taken once.
    """
    digest = hashlib.sha256(b"tieout.posting.frame/2")
    for name in POSTING_COLUMNS:
        column = frame[name]
        is_same = _is_same(column)
        digest.update(f"\n{name} {column.len()} {is_same:d}\n".encode())
        digest.update(_bytes_of(column.head(1) if is_same else column))
    return digest.hexdigest()


def _is_same(column: pl.Series) -> bool:
    """Whether a column says the same in every row."""
    return column.len() > 1 and bool(column.eq_missing(column.head(1)).all())


def _bytes_of(column: pl.Series) -> bytes:
    """A column as bytes from which it could be read back."""
    if column.dtype == pl.String:
        lengths = column.str.len_bytes().cast(pl.Int64).fill_null(-1)
        text = column.str.join("", ignore_nulls=True).item() or ""
        return lengths.to_numpy().tobytes() + text.encode()
    values = column.to_physical().cast(pl.Int64)
    return column.is_null().to_numpy().tobytes() + values.fill_null(0).to_numpy().tobytes()


def _decimal(value: Decimal | None) -> Decimal:
    """A sum with four decimals; the sum of nothing is zero."""
    return ZERO if value is None else value.quantize(ZERO)
