"""Accounting calendars of legal entities: calendar months, or years of 4-4-5 weeks.

Here: what may be stated, the first days of fiscal years, and which month a period closes with. The
periods themselves, their status and what the ERP publishes are data of the canonical layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import Field, field_validator

from tieout.config.parts import StrictModel
from tieout.domain.errors import ConfigError
from tieout.domain.period import Period

YEARS_BEFORE, YEARS_AFTER = 10, 30
"""Fiscal years that a calendar covers before and after the one it states."""

_WEEKS = 52
_QUARTER = (4, 4, 5)
_WEEKLY_ID = re.compile(r"^(\d{4})-P(0[1-9]|1[0-2])$")


class WeeklyCalendar(StrictModel):
    """Quarters of 4, 4 and 5 weeks; some years have a 53rd week, which the last period takes.

    Attributes:
        start: first day of any one fiscal year.
        year: name of that year; the calendar year that holds its middle if not stated.
        long_years: fiscal years of 53 weeks.
    """

    kind: Literal["4-4-5"]
    start: date
    year: int | None = Field(default=None, ge=1990, le=2200)
    long_years: list[int] = Field(default_factory=list)

    @field_validator("long_years")
    @classmethod
    def _once(cls, value: list[int]) -> list[int]:
        if len(set(value)) != len(value):
            raise ValueError("a year is named twice")
        return value


Calendar = Literal["month"] | WeeklyCalendar


@dataclass(frozen=True)
class FiscalYear:
    """One fiscal year of a weekly calendar."""

    year: int
    start: date
    week_count: int

    @property
    def end(self) -> date:
        """Last day."""
        return self.start + timedelta(weeks=self.week_count) - timedelta(days=1)

    def periods(self) -> list[tuple[str, date, date]]:
        """Id, first day and last day of the twelve periods."""
        found, first = [], self.start
        for number in range(1, 13):
            weeks = _QUARTER[(number - 1) % 3]
            last = self.end if number == 12 else first + timedelta(weeks=weeks, days=-1)  # noqa: PLR2004
            found.append((f"{self.year:04d}-P{number:02d}", first, last))
            first = last + timedelta(days=1)
        return found


def fiscal_years(calendar: WeeklyCalendar) -> list[FiscalYear]:
    """The years around the stated one, in order, without gaps."""
    stated = calendar.year or (calendar.start + timedelta(days=182)).year

    def weeks(year: int) -> int:
        return _WEEKS + (year in calendar.long_years)

    first = calendar.start - timedelta(
        weeks=sum(weeks(year) for year in range(stated - YEARS_BEFORE, stated))
    )
    found = []
    for year in range(stated - YEARS_BEFORE, stated + YEARS_AFTER + 1):
        found.append(FiscalYear(year, first, weeks(year)))
        first += timedelta(weeks=weeks(year))
    return found


def closing_month(text: str, calendars: Iterable[Calendar]) -> Period:
    """The month that a period closes with: itself, or the month in which a 4-4-5 period ends.

    Args:
        text: `2026-06`, or `2026-P06` for an entity with a 4-4-5 calendar.
        calendars: the calendars of the firm's entities.

    Raises:
        ConfigError: if no entity has such a period, or two entities end it in different months.
    """
    if not _WEEKLY_ID.match(text):
        return Period(text)
    months = {
        Period.of(last)
        for calendar in calendars
        if isinstance(calendar, WeeklyCalendar)
        for year in fiscal_years(calendar)
        for name, _, last in year.periods()
        if name == text
    }
    if len(months) == 1:
        return months.pop()
    ids = " and ".join(sorted(month.id for month in months))
    raise ConfigError(
        f"{text} ends in {ids} for different entities" if ids else f"no entity has a period {text}",
        field="--period",
        fix="name the month in which the period ends, such as 2026-06",
    )
