"""Control totals: the count, hours and money by which two sides prove they hold the same lines.

Here: the value and its arithmetic, exact in `Decimal`. Not here: summing a frame
(`tieout.posting.payload`), summing in SQL (`tieout.posting.candidates`) and comparing a batch
with its file (`tieout.posting.seal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal("0.0000")


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """Sums over posting lines.

    Attributes:
        line_count: Number of lines.
        hours: Sum of hours.
        amounts: Functional currency code -> sum of cost in that currency. Currencies are never
            added to each other; a currency whose sum is zero may be missing.
    """

    line_count: int
    hours: Decimal
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    def differences(self, other: ControlTotals) -> tuple[str, ...]:
        """Say where two totals differ, in words with both figures; empty when they tie."""
        found: list[str] = []
        if self.line_count != other.line_count:
            found.append(f"count {self.line_count} is not {other.line_count}")
        if self.hours != other.hours:
            found.append(f"hours {self.hours} is not {other.hours}")
        for currency in sorted(set(self.amounts) | set(other.amounts)):
            left = self.amounts.get(currency, ZERO)
            right = other.amounts.get(currency, ZERO)
            if left != right:
                found.append(f"{currency} {left} is not {right}")
        return tuple(found)

    def plus(self, other: ControlTotals) -> ControlTotals:
        """Return the totals of both sets of lines together."""
        currencies = sorted(set(self.amounts) | set(other.amounts))
        return ControlTotals(
            line_count=self.line_count + other.line_count,
            hours=self.hours + other.hours,
            amounts={
                code: self.amounts.get(code, ZERO) + other.amounts.get(code, ZERO)
                for code in currencies
            },
        )

    def minus(self, other: ControlTotals) -> ControlTotals:
        """Return what is left when the lines of `other` are taken out."""
        currencies = sorted(set(self.amounts) | set(other.amounts))
        return ControlTotals(
            line_count=self.line_count - other.line_count,
            hours=self.hours - other.hours,
            amounts={
                code: self.amounts.get(code, ZERO) - other.amounts.get(code, ZERO)
                for code in currencies
            },
        )
