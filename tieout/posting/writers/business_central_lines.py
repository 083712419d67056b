"""Posting lines as Business Central can take them: what cannot be posted is set apart, with reason.

Here: the checks and the cleaning that file and delivery share, over whole frames, and the document
number of a posting key. Not here: the journal lines of a document (`business_central_documents`),
the packages (`business_central`), the requests (`tieout.posting.delivery.business_central`).
Nothing is computed or rounded here: an amount that Business Central would round is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from tieout.domain.keys import shorten

DOCUMENT_NUMBER_LENGTH: Final = 20
"""Document No. of a journal line and of a general ledger entry: Code[20]."""
EXTERNAL_NUMBER_LENGTH: Final = 35
DESCRIPTION_LENGTH: Final = 100
COMMENT_LENGTH: Final = 250
NUMBER_LENGTH: Final = 20
"""Numbers of accounts, projects and resources: Code[20]."""
AMOUNT_DIGITS: Final = 13

_DOCUMENT_NAMESPACE: Final = "business_central/document:"
"""Longer than a document number, so that every key is hashed: a Code field is upper case, and two
short keys that differ in case only would otherwise share one number."""

_CONTROL = r"[\x00-\x1F\x7F]+"
_CENTS = pl.Decimal(18, 2)
_IS_TIME = pl.col("entry_type") == "time"
_COST = pl.col("cost_amount_functional")
_BILL = pl.col("bill_amount_contract").fill_null(0)


def document_number(posting_key: str) -> str:
    """The document number of a posting key: 20 characters, upper case letters and digits."""
    return shorten(_DOCUMENT_NAMESPACE + posting_key, DOCUMENT_NUMBER_LENGTH)


@dataclass(frozen=True)
class _Check:
    """A line for which `fails` is true or unknown cannot be posted."""

    fails: pl.Expr
    reason_code: str
    message: str


def _has_part_cents(column: str) -> pl.Expr:
    return pl.col(column) != pl.col(column).cast(_CENTS).cast(pl.Decimal(18, 4))


def _lacks(*columns: str) -> pl.Expr:
    return pl.any_horizontal(
        pl.col(name).is_null()
        | (pl.col(name) == "")
        | (pl.col(name).str.len_chars() > NUMBER_LENGTH)
        for name in columns
    )


_CHECKS: Final = (
    _Check(
        pl.concat_str(
            "posting_key", "erp_worker_id", "erp_project_id", "debit_account_code",
            "credit_account_code", ignore_nulls=True,
        ).str.contains(_CONTROL),
        "REJECTED", "a key or number holds control characters, which no file can carry",
    ),
    _Check(
        ~(_IS_TIME | (pl.col("entry_type") == "expense")), "REJECTED", "neither time nor expense"
    ),
    _Check(
        pl.col("functional_currency_code").is_null(), "CURRENCY_MISMATCH",
        "the cost has no currency",
    ),
    _Check(
        _IS_TIME & _lacks("erp_worker_id"), "WORKER_NOT_IN_ERP",
        "the worker has no Business Central number of at most 20 characters",
    ),
    _Check(
        _IS_TIME & _lacks("erp_project_id"), "PROJECT_UNMAPPED",
        "the project has no Business Central number of at most 20 characters",
    ),
    _Check(
        _lacks("debit_account_code", "credit_account_code"), "ACCOUNT_UNMAPPED",
        "the cost has no account on one side",
    ),
    _Check(
        (_BILL != 0) & _lacks("wip_account_code", "accrued_revenue_account_code"),
        "ACCOUNT_UNMAPPED", "the bill value has no account on one side",
    ),
    _Check(
        _COST.is_null() | (_COST == 0), "AMOUNT_MISMATCH",
        "the line has no cost, and a ledger entry without an amount does not exist",
    ),
    _Check(
        _COST.abs() >= 10**AMOUNT_DIGITS, "AMOUNT_MISMATCH",
        f"the cost has more than {AMOUNT_DIGITS} digits before the point",
    ),
    _Check(
        _has_part_cents("cost_amount_functional")
        | _has_part_cents("bill_amount_contract").fill_null(value=False)
        | _has_part_cents("bill_amount_functional").fill_null(value=False),
        "AMOUNT_MISMATCH", "an amount has parts of a cent, which Business Central would round",
    ),
    _Check(
        (_BILL != 0) & pl.col("bill_amount_functional").fill_null(0).eq(0), "FX_MISSING",
        "the bill value has no amount in the ledger's currency",
    ),
)  # fmt: skip


def split(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines that Business Central can take, and the others.

    Args:
        lines: columns of `tieout.posting.columns.POSTING_COLUMNS`.

    Returns:
        The good lines with clean memos, in the order given; and one row per other line with
        `posting_key`, `reason_code` and `message` of the first check it fails.
    """
    reason = pl.lit(None, dtype=pl.String())
    message = pl.lit(None, dtype=pl.String())
    for check in reversed(_CHECKS):
        fails = check.fails.fill_null(value=True)
        reason = pl.when(fails).then(pl.lit(check.reason_code)).otherwise(reason)
        message = pl.when(fails).then(pl.lit(check.message)).otherwise(message)
    judged = lines.with_columns(reason_code=reason, message=message)
    good = judged.filter(pl.col("reason_code").is_null()).drop("reason_code", "message")
    refused = judged.filter(pl.col("reason_code").is_not_null())
    memo = pl.col("memo").fill_null("").str.replace_all(_CONTROL, " ").str.head(COMMENT_LENGTH)
    return (
        good.with_columns(memo=memo.str.strip_chars()),
        refused.select("posting_key", "reason_code", "message"),
    )
