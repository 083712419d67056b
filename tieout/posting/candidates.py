"""Reading what is to be posted from the warehouse.

Here: the rows of `pst_time_postings` and `pst_expense_postings` for one target, and their
control totals summed by SQL, apart from the rows. Not here: what makes an entry a candidate
(`dbt_project/models/posting`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl

from tieout.domain.control_totals import ZERO, ControlTotals
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.payload import totals_of

MODELS: dict[str, str] = {
    "time": "posting.pst_time_postings",
    "expense": "posting.pst_expense_postings",
}

EVERY_CANDIDATE = "select * from ({}) as candidates".format(
    " union all ".join(f"select {', '.join(POSTING_COLUMNS)} from {m}" for m in MODELS.values())
)
"""The rows of all posting models, to which a condition may be added."""

NO_STREAM = "unknown"

Group = tuple[str, str, str]
"""Period id, stream, legal entity id: the lines that make one batch."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be posted to one target.

    Attributes:
        frame: One row per line to post now, of every period; and the reversals of other targets,
            for which a line of this one may have to wait.
        totals: What the database says the target's rows of each group sum to.
    """

    frame: pl.DataFrame
    totals: Mapping[Group, ControlTotals]


def read_candidates(connection: duckdb.DuckDBPyConnection, target: str) -> Candidates:
    """Read the candidates of a target of all periods.

    Raises:
        duckdb.CatalogException: The posting models were never built.
    """
    frame = connection.execute(
        f"{EVERY_CANDIDATE} where target = $target"
        " or reverses_posting_key is not null order by posting_key",
        {"target": target},
    ).pl()
    return Candidates(frame, group_totals(connection, target))


def group_totals(connection: duckdb.DuckDBPyConnection, target: str) -> dict[Group, ControlTotals]:
    """What the database says the rows of each group of a target sum to."""
    sums = connection.execute(
        "select period_id, entry_type, coalesce(legal_entity_id, ''),"
        " coalesce(functional_currency_code, ''), count(*), sum(hours),"
        f" sum(cost_amount_functional) from ({EVERY_CANDIDATE} where target = $target) as lines"
        " group by 1, 2, 3, 4",
        {"target": target},
    ).fetchall()
    return _grouped(sums)


def _grouped(sums: list[tuple[Any, ...]]) -> dict[Group, ControlTotals]:
    """Gather the rows per currency into one total per group."""
    totals: dict[Group, ControlTotals] = {}
    for period, stream, entity, currency, count, hours, amount in sums:
        group = (period, stream, entity)
        before = totals.get(group, ControlTotals(0, ZERO, {}))
        totals[group] = ControlTotals(
            line_count=before.line_count + count,
            hours=before.hours + (hours or Decimal(0)).quantize(ZERO),
            amounts=(
                {**before.amounts, currency: amount.quantize(ZERO)}
                if currency and amount is not None
                else before.amounts
            ),
        )
    return totals


def sides_of(rows: pl.DataFrame, totals: ControlTotals) -> list[tuple[pl.DataFrame, ControlTotals]]:
    """What the rows of a group take back and what they post, each with its part of the totals."""
    is_reversal = rows["reverses_posting_key"].is_not_null()
    reversals, postings = rows.filter(is_reversal), rows.filter(~is_reversal)
    taken_back = totals_of(reversals)
    sides = [(reversals, taken_back), (postings, totals.minus(taken_back))]
    return [(side, expected) for side, expected in sides if side.height]


def groups_of(frame: pl.DataFrame) -> dict[Group, pl.DataFrame]:
    """The rows of each period, stream and legal entity, in a fixed order; none is left out."""
    named = frame.with_columns(
        pl.col("period_id").fill_null("").alias("_period"),
        pl.col("entry_type").fill_null(NO_STREAM).alias("_stream"),
        pl.col("legal_entity_id").fill_null("").alias("_entity"),
    )
    parts = named.partition_by(
        "_period", "_stream", "_entity", as_dict=True, include_key=False, maintain_order=True
    )
    return {
        (str(period), str(stream), str(entity)): rows
        for (period, stream, entity), rows in sorted(parts.items())
    }
