"""Posting lines as Oracle Fusion can take them: what cannot be posted is set apart, with reason.

Here: the checks and the cleaning before anything is written, over whole frames, and the short
forms of a posting key. Not here: the files (`oracle_fusion`). Nothing is computed or rounded: an
amount that Oracle would round is refused.

Time and the expenses of projects become project costs; an expense without a project becomes a
journal of its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import polars as pl

from tieout.domain.keys import shorten
from tieout.posting.writers.oracle_fusion_setup import Setup

COMMENT_MAX: Final = 240
REFERENCE_LENGTH: Final = 120
"""ORIG_TRANSACTION_REFERENCE; the length is assumed, no stored fact gives it."""
NAME_LENGTH: Final = 25
"""Oracle keeps the first 25 characters of REFERENCE4 in a journal's name; assumed as well."""
BATCH_LENGTH: Final = 80
KEY_PART: Final = 150
KEY_MAX: Final = 240
AMOUNT_DIGITS: Final = 12
SEGMENTS_MAX: Final = 30
REVERSAL: Final = "R:"
COST, JOURNAL = "cost", "journal"

_CONTROL = r"[\x00-\x1F\x7F]"
_CENTS = pl.Decimal(18, 2)
_IS_TIME = pl.col("entry_type") == "time"
_IS_EXPENSE = pl.col("entry_type") == "expense"
_IS_COST = pl.col("kind") == COST
_IS_JOURNAL = pl.col("kind") == JOURNAL


@dataclass(frozen=True)
class _Check:
    """A line for which `fails` is true or unknown cannot be posted."""

    fails: pl.Expr
    reason_code: str
    message: str


def _has_part_cents(column: str) -> pl.Expr:
    return pl.col(column) != pl.col(column).cast(_CENTS).cast(pl.Decimal(18, 4))


def _no_account(column: str) -> pl.Expr:
    return pl.col(column).is_null() | (pl.col(column) == "")


_CHECKS: Final = (
    _Check(~(_IS_TIME | _IS_EXPENSE), "REJECTED", "neither time nor expense: Oracle has no record"),
    _Check(
        pl.col("posting_key").str.len_chars() > KEY_MAX,
        "REJECTED",
        f"the posting key is longer than the {KEY_MAX} characters of REFERENCE21",
    ),
    _Check(
        _IS_COST & pl.col("erp_worker_id").is_null(),
        "WORKER_NOT_IN_ERP",
        "the worker has no Oracle person number",
    ),
    _Check(
        _IS_TIME & pl.col("erp_project_id").is_null(),
        "PROJECT_UNMAPPED",
        "the project has no Oracle project number",
    ),
    _Check(
        _IS_COST & pl.col("task").is_null(),
        "TASK_UNMAPPED",
        "Oracle takes no cost without a task",
    ),
    _Check(
        _IS_JOURNAL & (_no_account("debit_account_code") | _no_account("credit_account_code")),
        "ACCOUNT_UNMAPPED",
        "the expense has no account on one side",
    ),
    _Check(
        _IS_JOURNAL
        & (
            (pl.col("debit_account_code").str.count_matches("-") >= SEGMENTS_MAX)
            | (pl.col("credit_account_code").str.count_matches("-") >= SEGMENTS_MAX)
        ),
        "ACCOUNT_UNMAPPED",
        f"an account has more than {SEGMENTS_MAX} segments",
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
        f"more than {AMOUNT_DIGITS} digits before the point",
    ),
    _Check(
        _has_part_cents("cost_amount_functional"),
        "AMOUNT_MISMATCH",
        "the cost has parts of a cent, which Oracle would round",
    ),
)


def split(lines: pl.DataFrame, setup: Setup) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines that Oracle can take, and the others.

    Args:
        lines: columns of `tieout.posting.columns.POSTING_COLUMNS`.
        setup: the firm's names; it holds the task of lines that have none.

    Returns:
        The good lines in the order given, with `kind` (`cost` or `journal`), `task`, a clean memo
        and the short forms `reference`, `reversed_reference`, `batch_name` and `journal_name` of
        their keys; and one row per other line with `posting_key`, `reason_code` and `message` of
        the first check that it fails.
    """
    is_journal = _IS_EXPENSE & pl.col("erp_project_id").is_null()
    task = pl.when(pl.col("task_name") != "").then(pl.col("task_name"))
    named = lines.with_columns(
        pl.when(is_journal).then(pl.lit(JOURNAL)).otherwise(pl.lit(COST)).alias("kind"),
        task.fill_null(pl.lit(setup.default_task or None, dtype=pl.String)).alias("task"),
    )
    failed = pl.lit(None, dtype=pl.String())
    message = pl.lit(None, dtype=pl.String())
    for check in reversed(_CHECKS):
        fails = check.fails.fill_null(value=True)
        failed = pl.when(fails).then(pl.lit(check.reason_code)).otherwise(failed)
        message = pl.when(fails).then(pl.lit(check.message)).otherwise(message)
    judged = named.with_columns(reason_code=failed, message=message)
    good = judged.filter(pl.col("reason_code").is_null()).drop("reason_code", "message")
    refused = judged.filter(pl.col("reason_code").is_not_null())
    return (
        _with_short_keys(good).with_columns(memo=clean("memo"), task=clean("task")),
        refused.select("posting_key", "reason_code", "message"),
    )


def _with_short_keys(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with every short form of their key."""
    keys: list[str] = lines["posting_key"].to_list()
    originals = [key[len(REVERSAL) :] if key.startswith(REVERSAL) else None for key in keys]
    text = pl.String()
    return lines.with_columns(
        pl.Series("reference", [reference(key) for key in keys], dtype=text),
        pl.Series("reversed_reference", [o and reference(o) for o in originals], dtype=text),
        pl.Series("batch_name", [shorten(key, BATCH_LENGTH) for key in keys], dtype=text),
        pl.Series("journal_name", [journal_name(key) for key in keys], dtype=text),
    )


def reference(key: str) -> str:
    """The key as ORIG_TRANSACTION_REFERENCE holds it."""
    return shorten(key, REFERENCE_LENGTH)


def journal_name(key: str) -> str:
    """The key as REFERENCE1 and REFERENCE4 hold it: a batch's and a journal's name begin so."""
    return shorten(key, NAME_LENGTH)


def group_id(batch_id: str) -> int:
    """GROUP_ID of a batch's journals: at most 15 digits that only this batch has."""
    return int(hashlib.sha256(batch_id.encode()).hexdigest(), 16) % 10**15


def clean(column: str) -> pl.Expr:
    """A text on one line: the loader ends a record at every line end."""
    text = pl.col(column).fill_null("").str.replace_all(_CONTROL, " ")
    return text.str.head(COMMENT_MAX).str.strip_chars()
