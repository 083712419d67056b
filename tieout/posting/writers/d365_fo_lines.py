"""Posting lines as rows of the Dynamics 365 F&O entities, whole frames at a time.

Here: which journal a line goes to, its row, and the lines that no row can say exactly. Not here:
the entities (`d365_fo_columns`), the zip (`d365_fo_package`), the batch (`d365_fo`).

Time is a project hour journal line: F&O multiplies hours and cost price itself, so a line whose
cost is not exactly that is not sent. An expense of a project is a project expense journal line, an
expense of none a general journal line: debit or credit, never a negative amount. A reference that
is missing stays empty: F&O refuses the line in its own words. Nothing is computed or rounded here
but for the comparison of `booked_cost`.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import polars as pl

from tieout.posting.writers.d365_fo_columns import (
    EXPENSE_JOURNAL,
    EXPENSE_LINE,
    GENERAL_JOURNAL,
    GENERAL_LINE,
    HOUR_LINE,
    Entity,
    key_texts,
)

CENT: Final = Decimal("0.01")
BILLABLE, NOT_BILLABLE = "Billable", "NonBill"
_CENTS = pl.Decimal(18, 2)
_EMPTY = pl.lit("")
_COST = pl.col("cost_amount_functional")
_IS_TIME = pl.col("entry_type") == "time"
_IS_EXPENSE = pl.col("entry_type") == "expense"
_PROPERTY = (
    pl.when(pl.col("is_billable").fill_null(value=False))
    .then(pl.lit(BILLABLE))
    .otherwise(pl.lit(NOT_BILLABLE))
)


def booked_cost(hours: Decimal, cost_price: Decimal) -> Decimal:
    """What F&O books for hours at a cost price: compared with the sealed cost, never posted."""
    return (hours * cost_price).quantize(CENT, rounding=ROUND_HALF_UP)


def split(lines: pl.DataFrame) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """The lines per line entity, and those that no entity can say exactly.

    Args:
        lines: columns of `tieout.posting.columns.POSTING_COLUMNS`.

    Returns:
        Entity name -> lines, in the order given; and one row per other line with `posting_key`,
        `reason_code` and `message`.
    """
    judged = lines.with_columns(pl.Series("_fault", _faults(lines), pl.String()))
    good = judged.filter(pl.col("_fault").is_null()).drop("_fault")
    refused = judged.filter(pl.col("_fault").is_not_null()).select(
        "posting_key",
        pl.col("_fault").str.split("|").list.first().alias("reason_code"),
        pl.col("_fault").str.split("|").list.last().alias("message"),
    )
    has_project = pl.col("erp_project_id").is_not_null()
    return {
        HOUR_LINE.name: good.filter(_IS_TIME),
        EXPENSE_LINE.name: good.filter(_IS_EXPENSE & has_project),
        GENERAL_LINE.name: good.filter(_IS_EXPENSE & ~has_project),
    }, refused


def _faults(lines: pl.DataFrame) -> list[str | None]:
    """Per line what is wrong with it (`reason|message`), or None."""
    return [
        _fault(*row)
        for row in lines.select(
            "entry_type", "hours", "cost_rate", "cost_amount_functional"
        ).iter_rows()
    ]


def _fault(
    entry_type: str | None, hours: Decimal | None, price: Decimal | None, cost: Decimal | None
) -> str | None:
    if entry_type not in ("time", "expense"):
        return "REJECTED|neither time nor expense: F&O has no journal for it"
    if cost is None or (entry_type == "expense" and cost == 0):
        return "AMOUNT_MISMATCH|the line has no amount"
    if cost != cost.quantize(CENT, rounding=ROUND_HALF_UP):
        return "AMOUNT_MISMATCH|the cost has parts of a cent, which F&O would round"
    return None if entry_type == "expense" else _hour_fault(hours, price, cost)


def _hour_fault(hours: Decimal | None, price: Decimal | None, cost: Decimal) -> str | None:
    if hours is None or price is None:
        return "RATE_MISSING|an hour journal needs hours and a cost price"
    booked = booked_cost(hours, price)
    if booked == cost:
        return None
    return f"AMOUNT_MISMATCH|F&O would book {booked}: hours times cost price"


def hour_rows(lines: pl.DataFrame, journal: str) -> pl.DataFrame:
    """Rows of one project hour journal; a reversal has negative hours."""
    return _rows(
        HOUR_LINE,
        lines,
        journal,
        {
            "PROJECTDATE": _day("work_date"),
            "VOUCHERDATE": _day("accounting_date"),
            "PROJECTID": pl.col("erp_project_id"),
            "CATEGORY": pl.col("debit_account_code"),
            "LINEPROPERTY": _PROPERTY,
            "RESOURCEID": pl.col("erp_worker_id"),
            "HOURS": pl.col("hours").cast(pl.String()),
            "COSTPRICE": pl.col("cost_rate").cast(pl.String()),
            "SALESPRICE": _sales("bill_rate"),
            "CURRENCYID": pl.coalesce("contract_currency_code", "functional_currency_code"),
        },
    )


def expense_rows(lines: pl.DataFrame, journal: str) -> pl.DataFrame:
    """Rows of one project expense journal; a reversal is minus one at the same price, in credit."""
    return _rows(
        EXPENSE_LINE,
        lines,
        journal,
        {
            **_amounts(),
            "VOUCHERDATE": _day("accounting_date"),
            "ACCOUNTTYPE": pl.lit("Project"),
            "ACCOUNTDISPLAYVALUE": pl.col("erp_project_id"),
            "PROJID": pl.col("erp_project_id"),
            "PROJECTCATEGORY": pl.col("debit_account_code"),
            "PROJECTLINEPROPERTY": _PROPERTY,
            "PROJECTDATE": _day("work_date"),
            "PROJECTCOSTQUANTITY": pl.when(_COST < 0).then(pl.lit("-1")).otherwise(pl.lit("1")),
            "PROJECTCOSTPRICE": _cents(_COST.abs()),
            "PROJECTSALESPRICE": _sales("bill_amount_contract"),
            "PROJECTSALESCURRENCYCODE": pl.coalesce(
                "contract_currency_code", "functional_currency_code"
            ),
            "RESOURCEID": pl.col("erp_worker_id"),
        },
    )


def general_rows(lines: pl.DataFrame, journal: str, batch: str) -> pl.DataFrame:
    """Rows of one general journal: each line is a voucher of its own, account and offset."""
    return _rows(
        GENERAL_LINE,
        lines,
        journal,
        {
            **_amounts(),
            "JOURNALNAME": pl.lit(GENERAL_JOURNAL),
            "DESCRIPTION": pl.lit(batch),
            "POSTINGLAYER": pl.lit("Current"),
            "TRANSDATE": _day("accounting_date"),
            "DOCUMENTDATE": _day("work_date"),
            "ACCOUNTTYPE": pl.lit("Ledger"),
            "ACCOUNTDISPLAYVALUE": pl.col("debit_account_code"),
        },
    )


def expense_header(journal: str, batch: str) -> pl.DataFrame:
    """The header of one project expense journal."""
    return pl.DataFrame(
        [(journal, EXPENSE_JOURNAL, batch, "Current")],
        schema=["JOURNALBATCHNUMBER", "JOURNALNAMEID", "DESCRIPTION", "POSTINGLAYER"],
        orient="row",
    )


def _amounts() -> dict[str, pl.Expr]:
    """Debit and credit, the other side and the voucher's placeholder."""
    return {
        "VOUCHER": pl.col("_line"),
        "OFFSETACCOUNTTYPE": pl.lit("Ledger"),
        "OFFSETACCOUNTDISPLAYVALUE": pl.col("credit_account_code"),
        "CURRENCYCODE": pl.col("functional_currency_code"),
        "DEBITAMOUNT": pl.when(_COST > 0).then(_cents(_COST)).otherwise(pl.lit("0.00")),
        "CREDITAMOUNT": pl.when(_COST < 0).then(_cents(_COST.abs())).otherwise(pl.lit("0.00")),
    }


def _rows(
    entity: Entity, lines: pl.DataFrame, journal: str, cells: dict[str, pl.Expr]
) -> pl.DataFrame:
    """The rows of an entity in the order of its columns; no value is an empty text."""
    texts = [key_texts(key, len(entity.key_columns)) for key in lines["posting_key"]]
    numbers = [str(number + 1) for number in range(lines.height)]
    numbered = lines.with_columns(
        pl.Series("_line", numbers, pl.String()),
        *(
            pl.Series(f"_key{n}", [text[n] for text in texts], pl.String())
            for n in range(len(entity.key_columns))
        ),
    )
    cells = {
        **cells,
        entity.keys[0]: pl.lit(journal),
        "LINENUMBER": pl.col("_line"),
        **{name: pl.col(f"_key{n}") for n, name in enumerate(entity.key_columns)},
    }
    return numbered.select(
        cells[name].cast(pl.String()).fill_null("").alias(name) for name in entity.columns
    )


def _sales(column: str) -> pl.Expr:
    """A sales price without a sign: the quantity says the direction."""
    is_billable = pl.col("is_billable").fill_null(value=False)
    return pl.when(is_billable).then(pl.col(column).abs().cast(pl.String())).otherwise(pl.lit("0"))


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m-%d")


def _cents(amount: pl.Expr) -> pl.Expr:
    return amount.cast(_CENTS).cast(pl.String())
