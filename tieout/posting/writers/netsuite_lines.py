"""Posting lines as NetSuite can take them: what cannot be posted is set apart, with its reason.

Here: the checks and the cleaning that file and delivery share, over whole frames. Not here: the
files (`netsuite`), the requests (`tieout.posting.delivery.netsuite`). Nothing is computed or
rounded here: an amount that NetSuite would round is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

MEMO_MAX: Final = 999
AMOUNT_DIGITS: Final = 10
"""Digits before the point of a debit or credit (13 characters with point and cents)."""

_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_CENTS = pl.Decimal(18, 2)
_IS_TIME = pl.col("entry_type") == "time"
_IS_EXPENSE = pl.col("entry_type") == "expense"


@dataclass(frozen=True)
class _Check:
    """A line for which `fails` is true or unknown cannot be posted."""

    fails: pl.Expr
    reason_code: str
    message: str


def _has_part_cents(column: str) -> pl.Expr:
    return pl.col(column) != pl.col(column).cast(_CENTS).cast(pl.Decimal(18, 4))


_CHECKS: Final = (
    _Check(
        ~(_IS_TIME | _IS_EXPENSE), "REJECTED", "neither time nor expense: NetSuite has no record"
    ),
    _Check(
        _IS_TIME & pl.col("erp_worker_id").is_null(),
        "WORKER_NOT_IN_ERP",
        "the worker has no NetSuite employee",
    ),
    _Check(
        _IS_TIME & pl.col("erp_project_id").is_null(),
        "PROJECT_UNMAPPED",
        "the project has no NetSuite job",
    ),
    _Check(
        _IS_EXPENSE
        & (pl.col("debit_account_code").is_null() | pl.col("credit_account_code").is_null()),
        "ACCOUNT_UNMAPPED",
        "the expense has no account on one side",
    ),
    _Check(
        pl.col("cost_amount_functional").is_null()
        | (_IS_EXPENSE & (pl.col("cost_amount_functional") == 0)),
        "AMOUNT_MISMATCH",
        "the line has no amount",
    ),
    _Check(
        pl.col("cost_amount_functional").abs() >= 10**AMOUNT_DIGITS,
        "AMOUNT_MISMATCH",
        f"NetSuite takes {AMOUNT_DIGITS} digits before the point",
    ),
    _Check(
        _has_part_cents("cost_amount_functional"),
        "AMOUNT_MISMATCH",
        "the cost has parts of a cent, which NetSuite would round",
    ),
    _Check(
        _has_part_cents("bill_amount_contract").fill_null(value=False),
        "AMOUNT_MISMATCH",
        "the bill value has parts of a cent, which NetSuite would round",
    ),
)


def split(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines that NetSuite can take, and the others.

    Args:
        lines: columns of `tieout.posting.columns.POSTING_COLUMNS`.

    Returns:
        The good lines with clean memos, in the order given; and one row per other line with
        `posting_key`, `reason_code` and `message` of the first check it fails.
    """
    failed = pl.lit(None, dtype=pl.String())
    message = pl.lit(None, dtype=pl.String())
    for check in reversed(_CHECKS):
        fails = check.fails.fill_null(value=True)
        failed = pl.when(fails).then(pl.lit(check.reason_code)).otherwise(failed)
        message = pl.when(fails).then(pl.lit(check.message)).otherwise(message)
    judged = lines.with_columns(reason_code=failed, message=message)
    good = judged.filter(pl.col("reason_code").is_null()).drop("reason_code", "message")
    refused = judged.filter(pl.col("reason_code").is_not_null())
    return (
        good.with_columns(memo=clean_memo("memo")),
        refused.select("posting_key", "reason_code", "message"),
    )


def clean_memo(column: str) -> pl.Expr:
    """A memo as NetSuite keeps it: no control characters, one kind of line end, 999 characters."""
    text = pl.col(column).fill_null("").str.replace_all("\r\n", "\n").str.replace_all("\r", "\n")
    return text.str.replace_all(_CONTROL, " ").str.head(MEMO_MAX).str.strip_chars()
