"""What corrections take back and post, in figures: the preview before a release.

Here: the sums by kind and currency, pure. Not here: which entries are corrected
(`dbt_project/models/posting/pst_corrections`) and the order of sending (`tieout.posting.steps`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

import polars as pl

from tieout.domain.control_totals import ZERO


@dataclass(frozen=True, slots=True)
class CorrectionSum:
    """The sides of the corrections of one kind and currency.

    Attributes:
        kind: `edit`, `move`, `rate` or `withdrawal`.
        currency_code: Functional currency of the amounts.
        reversals: Lines that take something back.
        reposts: Lines that take their place.
        hours_to_reverse, hours_to_post: Hours, both as positive figures.
        amount_to_reverse, amount_to_post: Cost in functional currency, both as positive figures.
    """

    kind: str
    currency_code: str
    reversals: int = 0
    reposts: int = 0
    hours_to_reverse: Decimal = ZERO
    hours_to_post: Decimal = ZERO
    amount_to_reverse: Decimal = ZERO
    amount_to_post: Decimal = ZERO

    def plus(self, other: CorrectionSum) -> CorrectionSum:
        """The two added up; both are of one kind and currency."""
        return replace(
            self,
            reversals=self.reversals + other.reversals,
            reposts=self.reposts + other.reposts,
            hours_to_reverse=self.hours_to_reverse + other.hours_to_reverse,
            hours_to_post=self.hours_to_post + other.hours_to_post,
            amount_to_reverse=self.amount_to_reverse + other.amount_to_reverse,
            amount_to_post=self.amount_to_post + other.amount_to_post,
        )

    def __str__(self) -> str:
        return (
            f"{self.kind}: {self.reversals} taken back ({_plain(self.hours_to_reverse)} h,"
            f" {_plain(self.amount_to_reverse)} {self.currency_code}), {self.reposts} posted again"
            f" ({_plain(self.hours_to_post)} h, {_plain(self.amount_to_post)}"
            f" {self.currency_code})"
        )


@dataclass(slots=True)
class Corrections:
    """Sums by kind and currency, in a fixed order."""

    sums: dict[tuple[str, str], CorrectionSum] = field(default_factory=dict)

    def __iter__(self) -> Iterator[CorrectionSum]:
        return (self.sums[key] for key in sorted(self.sums))

    def add(self, lines: pl.DataFrame) -> None:
        """Count the sides of corrections among some lines of the posting contract."""
        for found in _sums(lines):
            self.include(found)

    def include(self, found: CorrectionSum) -> None:
        """Add sums that were made elsewhere."""
        key = (found.kind, found.currency_code)
        self.sums[key] = self.sums[key].plus(found) if key in self.sums else found


def _sums(lines: pl.DataFrame) -> Iterator[CorrectionSum]:
    """The sides of corrections among some lines, by kind, currency and side."""
    sides = (
        lines.filter(pl.col("correction_kind").is_not_null())
        .with_columns(pl.col("reverses_posting_key").is_not_null().alias("takes_back"))
        .group_by("correction_kind", "functional_currency_code", "takes_back")
        .agg(
            pl.len().alias("count"),
            pl.col("hours").sum(),
            pl.col("cost_amount_functional").sum().alias("amount"),
        )
    )
    for kind, currency, takes_back, count, hours, amount in sides.iter_rows():
        exact_hours, exact_amount = hours.quantize(ZERO), amount.quantize(ZERO)
        if takes_back:
            yield CorrectionSum(
                kind, currency or "", reversals=count,
                hours_to_reverse=-exact_hours, amount_to_reverse=-exact_amount,
            )  # fmt: skip
        else:
            yield CorrectionSum(
                kind, currency or "", reposts=count,
                hours_to_post=exact_hours, amount_to_post=exact_amount,
            )  # fmt: skip


def _plain(value: Decimal) -> str:
    """A figure with two decimals or as many as it has, thousands apart."""
    text = f"{value:,.4f}"
    return text.removesuffix("00")
