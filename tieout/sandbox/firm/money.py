"""Exact arithmetic of the sample firm's own systems: amounts in cents, rounded half away from zero.

The sandbox plays the vendors, so it computes the figures they would show. The product itself
multiplies and rounds money in SQL only; nothing here is imported outside the sandbox.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
HOURS = Decimal("0.0001")


def cents(amount: Decimal) -> Decimal:
    """Round to whole cents, halves away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def times(quantity: Decimal, rate: Decimal | None) -> Decimal:
    """Quantity x rate in cents; 0.00 without a rate."""
    return ZERO if rate is None else cents(quantity * rate)


def hours(text: str | int) -> Decimal:
    """Hours as a Decimal from text such as '7.5'."""
    return Decimal(text)
