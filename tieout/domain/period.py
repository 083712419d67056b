"""Accounting periods of the monthly calendar: `2026-06`.

Period status (open, closed) is data read from the ERP and lives in the canonical layer; here is
only the arithmetic of months.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tieout.domain.errors import ConfigError

_PATTERN = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
_MONTHS = 12


@dataclass(frozen=True, order=True)
class Period:
    """One month, ordered by time.

    Raises:
        ConfigError: if the id is not of the form `YYYY-MM`.
    """

    id: str

    def __post_init__(self) -> None:
        if not _PATTERN.match(self.id):
            raise ConfigError(
                f"{self.id!r} is not a period", field="--period", fix="write it as 2026-06"
            )

    def __str__(self) -> str:
        return self.id

    @classmethod
    def of(cls, day: date) -> Period:
        """The period that holds `day`."""
        return cls(f"{day.year:04d}-{day.month:02d}")

    @property
    def start(self) -> date:
        """First day."""
        return date(int(self.id[:4]), int(self.id[5:]), 1)

    @property
    def end(self) -> date:
        """Last day, inclusive."""
        return self.next().start - timedelta(days=1)

    def next(self) -> Period:
        """The following month."""
        year, month = divmod(int(self.id[:4]) * _MONTHS + int(self.id[5:]), _MONTHS)
        return Period(f"{year:04d}-{month + 1:02d}")

    def previous(self) -> Period:
        """The month before."""
        return Period.of(self.start - timedelta(days=1))


MONTHS_MAX = 600
"""A range of months covers at most fifty years."""


def months_between(first: Period, last: Period) -> list[Period]:
    """The months from one to another, both included; only the first when it is the later one."""
    found = [first]
    for _ in range(MONTHS_MAX):
        if found[-1] >= last:
            break
        found.append(found[-1].next())
    return found
