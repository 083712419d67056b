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
        ContractError: See `as_contract`.
    """
    typed = as_contract(frame)
    if typed["posting_key"].is_sorted(nulls_last=True):
        return typed
    return typed.sort("posting_key", nulls_last=True)


def as_contract(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the contract's columns in its order and types, the rows as they stand.

    Raises:
        ContractError: A column is missing, or a value does not fit its type exactly. A floating
            point column is refused whatever it holds.
    """
    schema = frame.schema
    missing = [name for name in POSTING_COLUMNS if name not in schema]
    if missing:
        raise ContractError(f"Posting candidates lack the column {', '.join(missing)}")
    floats = [name for name in POSTING_COLUMNS if schema[name].is_float()]
    if floats:
        raise ContractError(f"Posting candidates hold floating point in {', '.join(floats)}")
    try:
        typed = frame.select(pl.col(name).cast(kind) for name, kind in POSTING_COLUMNS.items())
    except pl.exceptions.PolarsError as problem:
        raise ContractError(f"Posting candidates do not fit their types: {problem}") from problem
    for name, kind in POSTING_COLUMNS.items():
        if isinstance(kind, pl.Decimal) and schema[name] != kind:
            changed = (typed[name] != frame[name]).sum()
            if changed:
                raise ContractError(f"{changed} values of {name} have more decimals than {kind}")
    return typed


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
    same = _same_columns(frame) - {"posting_key"}
    said = frame.head(1).select(_as_text(name) for name in POSTING_COLUMNS)
    parts: list[str | pl.Expr] = []
    for name in POSTING_COLUMNS:
        if name not in same:
            parts.append(_as_text(name))
        elif parts and isinstance(parts[-1], str):
            parts[-1] += _SEPARATOR + said[name][0]
        else:
            parts.append(str(said[name][0]))
    texts = frame.select(
        pl.concat_str([pl.lit(p) if isinstance(p, str) else p for p in parts], separator=_SEPARATOR)
    ).to_series()
    # Polars has no SHA-256, and DuckDB's takes three times the processor time of this loop
    sha256 = hashlib.sha256
    return [sha256(text).hexdigest() for text in texts.cast(pl.Binary).to_list()]


def _as_text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null(_NULL)


def _same_columns(frame: pl.DataFrame) -> set[str]:
    """The columns that say the same in every row; in a single row no column does."""
    if frame.height < 2:  # noqa: PLR2004 - two rows are needed to say the same
        return set()
    column = pl.col(*POSTING_COLUMNS)
    return {
        name
        for name, is_same in frame.select(column.eq_missing(column.first()).all())
        .row(0, named=True)
        .items()
        if is_same
    }


def fingerprint(frame: pl.DataFrame) -> str:
    """SHA-256 of a conforming frame: the same rows in the same order, and nothing else.

    Column by column, because a gate takes it of every frame that it judges: texts as their lengths
    and all their bytes, everything else as exact integers. A column that says the same in every row
    is taken once.
    """
    digest = hashlib.sha256(b"tieout.posting.frame/2")
    same = _same_columns(frame)
    of_all = _bytes_of(frame, [name for name in POSTING_COLUMNS if name not in same])
    of_one = _bytes_of(frame.head(1), sorted(same))
    for name in POSTING_COLUMNS:
        is_same = name in same
        digest.update(f"\n{name} {frame.height} {is_same:d}\n".encode())
        for part in (of_one if is_same else of_all)[name]:
            digest.update(part)
    return digest.hexdigest()


def _bytes_of(frame: pl.DataFrame, names: list[str]) -> dict[str, tuple[bytes, bytes]]:
    """Some columns as bytes from which they could be read back, all in two passes."""
    schema = frame.schema
    texts = [name for name in names if schema[name] == pl.String]
    rest = [name for name in names if name not in texts]
    joined = frame.select(pl.col(texts).str.join("", ignore_nulls=True))
    numbers = frame.select(
        pl.col(texts).str.len_bytes().cast(pl.Int64).fill_null(-1),
        pl.col(rest).to_physical().cast(pl.Int64).fill_null(0),
        pl.col(rest).is_null().name.prefix("no "),
    )
    return {
        name: (numbers[name].to_numpy().tobytes(), (joined[name][0] or "").encode())
        for name in texts
    } | {
        name: (numbers[f"no {name}"].to_numpy().tobytes(), numbers[name].to_numpy().tobytes())
        for name in rest
    }


def _decimal(value: Decimal | None) -> Decimal:
    """A sum with four decimals; the sum of nothing is zero."""
    return ZERO if value is None else value.quantize(ZERO)
