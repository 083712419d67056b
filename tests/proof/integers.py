"""Money as whole numbers: texts to scaled integers, and the one rounding that the house knows.

Hours and amounts are ten-thousandths, rates millionths, exchange rates ten-billionths. Nothing
here or in the reckoning uses a decimal or a float.
"""

from __future__ import annotations

from datetime import date, datetime

HOURS = AMOUNT = 4
RATE = 6
FX = 10
NO_MINOR_UNIT = {"JPY", "KRW", "CLP", "ISK", "VND"}
THREE_PLACES = {"BHD", "JOD", "KWD", "OMR", "TND"}


def scaled(value: object, places: int) -> int | None:
    """`12.25` with four places is 122500; nothing stays nothing."""
    if value is None or value == "":
        return None
    text = str(value)
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, fraction = text.partition(".")
    assert len(fraction.rstrip("0")) <= places, f"{value} has more than {places} places"
    return sign * int(whole + fraction.rstrip("0").ljust(places, "0"))


def divided(numerator: int, denominator: int) -> int:
    """The quotient, half away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def places_of(currency: str) -> int:
    """The minor unit of a currency, ISO 4217."""
    return 0 if currency in NO_MINOR_UNIT else 3 if currency in THREE_PLACES else 2


def rounded(value: int, scale: int, currency: str) -> int:
    """A value of `scale` places, rounded to the minor unit, as an amount of four places."""
    places = places_of(currency)
    return divided(value, 10 ** (scale - places)) * 10 ** (AMOUNT - places)


def day_of(value: object) -> date:
    """A day from a day, an instant or a text."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def instant_of(value: object) -> datetime:
    """An instant, UTC without zone."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def month_of(day: date) -> str:
    """`2026-06`."""
    return f"{day.year:04d}-{day.month:02d}"
