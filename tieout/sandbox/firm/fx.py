"""Daily spot rates of the sample firm.

Here: the table and its lookup. 1 unit of the first currency = rate units of the second. Rates from
GBP have 6 decimals (Tryton stores no more), all others 8. CHF has none, which is a planted fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations
from random import Random

from tieout.sandbox.firm.reference import SPOT_USD

_SIX, _EIGHT = Decimal("0.000001"), Decimal("0.00000001")
_SWING_PER_MILLE = 6
_MILLION = 1_000_000


@dataclass(frozen=True)
class FxTable:
    """Rates by (from, to, day)."""

    rates: dict[tuple[str, str, date], Decimal]

    @classmethod
    def draw(cls, chance: Random, first: date, last: date) -> FxTable:
        """Daily rates between all listed currencies from `first` to `last`, both included."""
        rates: dict[tuple[str, str, date], Decimal] = {}
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            spot = {code: _moved(value, chance, code) for code, value in SPOT_USD.items()}
            for (one, value), (other, unit) in permutations(spot.items(), 2):
                step = _SIX if one == "GBP" else _EIGHT
                rate = (value / unit).quantize(step, rounding=ROUND_HALF_UP)
                rates[one, other, day] = rate
        return cls(rates)

    def rate(self, one: str, other: str, day: date) -> Decimal | None:
        """1 `one` in `other` on `day`; 1 for the same currency; None when there is no rate."""
        return Decimal(1) if one == other else self.rates.get((one, other, day))


def _moved(value: Decimal, chance: Random, code: str) -> Decimal:
    """A spot value moved by up to 0.6 percent; the dollar does not move against itself."""
    if code == "USD":
        return value
    swing = chance.randint(-_SWING_PER_MILLE * 1000, _SWING_PER_MILLE * 1000)
    return value * (_MILLION + swing) / _MILLION
