"""The positions of Oracle Fusion's import files, and what each of them holds of a posting line.

Here: `cost_table` (PjcTxnXfaceStageAll.csv) and `journal_table` (GlInterface.csv); the numbers are
field positions counted from 1. Not here: files and their bounds (`oracle_fusion`).

LABOR rows have 105 fields, NONLABOR rows 107: four fields of a non-labour resource stand after
field 28, so everything behind moves by four, and the two fields of a project role are missing at
the end. A journal row has 148 fields. Hours are LABOR, expenses NONLABOR, whose quantity is their
amount in the unit DOLLARS (a row that Oracle accepted shows both).

A reversal has negative hours and cost and names the reference that it reverses; another negative
line says that nothing matches it. In a journal amounts are never negative: debit and credit change
sides. The whole posting key travels in ATTRIBUTE1 and 2 of a cost and in REFERENCE21 of a journal
line, because the fields that Oracle checks are shorter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.oracle_fusion_lines import KEY_PART, SEGMENTS_MAX, group_id
from tieout.posting.writers.oracle_fusion_setup import Setup

LABOR_FIELDS: Final = 105
NONLABOR_FIELDS: Final = 107
JOURNAL_FIELDS: Final = 148
RESOURCE_AFTER: Final = 28
RESOURCE_FIELDS: Final = 4
DATE_FORMAT: Final = "%Y/%m/%d"
CONTEXT: Final = "Tieout"

COST_FIELDS: Final = {
    "type": 1, "business_unit": 2, "source": 4, "document": 6, "entry": 8, "batch": 10,
    "batch_text": 12, "work_date": 13, "person": 14, "project": 19, "task": 23,
    "expenditure_type": 25, "organization": 27, "quantity": 29, "unit": 31, "billable": 34,
    "reference": 36, "unmatched": 37, "reversed": 38, "comment": 39, "gl_date": 40,
    "currency": 41, "raw_cost": 43, "context": 88, "key_1": 89, "key_2": 90, "bill_amount": 91,
    "bill_currency": 92,
}  # fmt: skip
"""Field -> position in a LABOR row; see `cost_position`."""

JOURNAL_POSITIONS: Final = {
    "status": 1, "accounting_date": 3, "source": 4, "category": 5, "currency": 6, "created": 7,
    "actual": 8, "segment": 9, "debit": 39, "credit": 40, "batch": 43, "batch_text": 44,
    "journal": 46, "journal_text": 47, "line_text": 52, "key": 53, "worker": 54, "work_date": 55,
    "bill_amount": 56, "bill_currency": 57, "group": 67, "ledger": 92,
}  # fmt: skip
"""Field -> position in a journal row; `key` to `bill_currency` are REFERENCE21 to 25."""

_EMPTY = pl.lit("")
_CENTS = pl.Decimal(18, 2)
_IS_TIME = pl.col("entry_type") == "time"


def cost_position(name: str, *, labor: bool) -> int:
    """Position of a field in a LABOR or NONLABOR row."""
    position = COST_FIELDS[name]
    return position if labor or position <= RESOURCE_AFTER else position + RESOURCE_FIELDS


def cost_table(lines: pl.DataFrame, header: BatchHeader, setup: Setup) -> pl.DataFrame:
    """The rows of a file of project costs; all lines of a batch are time, or all are expenses."""
    labor = header.stream == "time"
    entity = header.legal_entity_id
    cost = pl.col("cost_amount_functional").cast(_CENTS)
    is_open_negative = (cost < 0) & pl.col("reversed_reference").is_null()
    billable = pl.col("is_billable").fill_null(value=False)
    named = {
        "type": pl.lit("LABOR" if labor else "NONLABOR"),
        "business_unit": pl.lit(setup.business_units.get(entity, entity)),
        "source": pl.lit(setup.transaction_source),
        "document": pl.lit(setup.time_document if labor else setup.expense_document),
        "entry": pl.lit(setup.time_entry if labor else setup.expense_entry),
        "batch": pl.col("batch_name"),
        "batch_text": pl.lit(header.batch_id),
        "work_date": _day("work_date"),
        "person": pl.col("erp_worker_id"),
        "project": pl.col("erp_project_id"),
        "task": pl.col("task"),
        "expenditure_type": pl.lit(
            setup.time_expenditure_type if labor else setup.expense_expenditure_type
        ),
        "organization": pl.lit(setup.organizations.get(entity, "")),
        "quantity": pl.col("hours").cast(pl.String) if labor else cost.cast(pl.String),
        "unit": pl.lit("HOURS" if labor else "DOLLARS"),
        "billable": pl.when(billable).then(pl.lit("Y")).otherwise(pl.lit("N")),
        "reference": pl.col("reference"),
        "unmatched": pl.when(is_open_negative).then(pl.lit("Y")).otherwise(_EMPTY),
        "reversed": pl.col("reversed_reference"),
        "comment": pl.col("memo"),
        "gl_date": _day("accounting_date"),
        "currency": pl.col("functional_currency_code"),
        "raw_cost": cost.cast(pl.String),
        "context": pl.lit(CONTEXT),
        "key_1": pl.col("posting_key").str.slice(0, KEY_PART),
        "key_2": pl.col("posting_key").str.slice(KEY_PART),
        "bill_amount": _amount("bill_amount_contract"),
        "bill_currency": pl.col("contract_currency_code"),
    }
    cells = {cost_position(name, labor=labor): cell for name, cell in named.items()}
    return _rows(lines, cells, LABOR_FIELDS if labor else NONLABOR_FIELDS)


def journal_table(lines: pl.DataFrame, header: BatchHeader, setup: Setup) -> pl.DataFrame:
    """The rows of a file of journals: per line the cost side, then the other side."""
    entity = header.legal_entity_id
    cost = pl.col("cost_amount_functional").cast(_CENTS)
    up = pl.when(cost > 0).then(cost.cast(pl.String)).otherwise(_EMPTY)
    down = pl.when(cost < 0).then(cost.abs().cast(pl.String)).otherwise(_EMPTY)
    named = {
        "status": pl.lit("NEW"),
        "accounting_date": _day("accounting_date"),
        "source": pl.lit(setup.journal_source),
        "category": pl.lit(setup.journal_category),
        "currency": pl.col("functional_currency_code"),
        "created": pl.lit(header.created_at.strftime(DATE_FORMAT)),
        "actual": pl.lit("A"),
        "batch": pl.col("journal_name"),
        "batch_text": pl.lit(header.batch_id),
        "journal": pl.col("journal_name"),
        "journal_text": pl.lit(header.batch_id),
        "line_text": pl.col("memo"),
        "key": pl.col("posting_key"),
        "worker": pl.col("erp_worker_id"),
        "work_date": _day("work_date"),
        "bill_amount": _amount("bill_amount_contract"),
        "bill_currency": pl.col("contract_currency_code"),
        "group": pl.lit(str(group_id(header.batch_id))),
        "ledger": pl.lit(setup.ledgers.get(entity, entity)),
    }
    cells = {JOURNAL_POSITIONS[name]: cell for name, cell in named.items()}
    sides = []
    for side, (account, debit, credit) in enumerate(
        (("debit_account_code", up, down), ("credit_account_code", down, up))
    ):
        own = {**cells, **_segments(account), 39: debit, 40: credit}
        rows = _rows(lines, own, JOURNAL_FIELDS)
        sides.append(rows.with_row_index("place").with_columns(pl.lit(side).alias("side")))
    return pl.concat(sides).sort("place", "side").drop("place", "side")


def _segments(account: str) -> dict[int, pl.Expr]:
    """An account code `101-10-62520` as SEGMENT1, SEGMENT2 and so on."""
    first = JOURNAL_POSITIONS["segment"]
    parts = pl.col(account).str.split("-")
    return {first + n: parts.list.get(n, null_on_oob=True) for n in range(SEGMENTS_MAX)}


def _rows(lines: pl.DataFrame, cells: Mapping[int, pl.Expr], width: int) -> pl.DataFrame:
    """One row per line with every position filled; what a line does not say is empty."""
    return lines.select(
        cells.get(position, _EMPTY).fill_null("").alias(str(position))
        for position in range(1, width + 1)
    )


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime(DATE_FORMAT)


def _amount(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null("0.0000")
