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

MODELS: dict[str, str] = {
    "time": "posting.pst_time_postings",
    "expense": "posting.pst_expense_postings",
}

NO_STREAM = "unknown"

Group = tuple[str, str, str]
"""Period id, stream, legal entity id: the lines that make one batch."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be posted to one target.

    Attributes:
        frame: One row per entry to post now, of every period.
        totals: What the database says the rows of each group sum to.
    """

    frame: pl.DataFrame
    totals: Mapping[Group, ControlTotals]


def read_candidates(connection: duckdb.DuckDBPyConnection, target: str) -> Candidates:
    """Read the candidates of a target of all periods.

    Raises:
        duckdb.CatalogException: The posting models were never built.
    """
    columns = ", ".join(POSTING_COLUMNS)
    rows = " union all ".join(
        f"select {columns} from {model} where target = $target" for model in MODELS.values()
    )
    frame = connection.execute(f"{rows} order by posting_key", {"target": target}).pl()
    sums = connection.execute(
        "select period_id, entry_type, coalesce(legal_entity_id, ''),"
        " coalesce(functional_currency_code, ''), count(*), sum(hours),"
        f" sum(cost_amount_functional) from ({rows}) as candidates group by 1, 2, 3, 4",
        {"target": target},
    ).fetchall()
    return Candidates(frame, _grouped(sums))


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
