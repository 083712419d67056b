"""When things happen at the sample firm: months, weeks, approvals, nightly posting, month close.

Here: pure date arithmetic. Not here: what is entered on those days (`timesheets.py`,
`expenses.py`).

The rhythm: people enter time at the end of the local day, submit on Friday evening, managers
approve on the next Monday, the earlier integration posts in the following night at 01:30 UTC. In
the last week of the last month the days of that month are submitted on its last working day and
approved the day before `now`; the earlier integration made its last run the night before that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tieout.domain.period import Period
from tieout.sandbox.firm.reference import ENTITY, NETSUITE

FRIDAY = 4
# Day of the following month, and hour, on which each ERP closes a month.
CLOSING = {"netsuite": (6, 22), "tryton_uk": (12, 18)}
INVOICE_RUN = (8, 12)


@lru_cache(maxsize=100_000)
def midnight(day: date, zone: str) -> datetime:
    """Local midnight at the start of `day`, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def local(day: date, legal_entity_id: str, hour: int, minute: int = 0) -> datetime:
    """A local wall-clock moment of an entity, in UTC (no entity changes clocks in office hours)."""
    zone = ENTITY[legal_entity_id].time_zone
    return midnight(day, zone) + timedelta(hours=hour, minutes=minute)


def at_utc(day: date, hour: int, minute: int = 0) -> datetime:
    """A UTC moment."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def nightly_run(approved_at: datetime) -> datetime:
    """The first nightly run (01:30 UTC) after an approval."""
    run = at_utc(approved_at.date(), 1, 30)
    return run if run > approved_at else run + timedelta(days=1)


def is_workday(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() <= FRIDAY


@lru_cache(maxsize=1_000)
def _closing(erp_system: str, period: Period) -> datetime:
    """When that ERP closes a month that it closes at all."""
    day, hour = CLOSING[erp_system]
    return at_utc(period.next().start + timedelta(days=day - 1), hour)


@lru_cache(maxsize=1_000)
def _last_day(period: Period) -> date:
    """The month's last day."""
    return period.end


@dataclass(frozen=True)
class Timeline:
    """The months of the firm's history and the clock of the demo."""

    periods: tuple[Period, ...]

    @classmethod
    def of(cls, months: int, last_month: str) -> Timeline:
        """The `months` months that end with `last_month`.

        Raises:
            ValueError: if there is not at least one month before the last one.
        """
        if months < MONTHS_MIN:
            raise ValueError(f"the firm needs at least {MONTHS_MIN} months of history")
        periods = [Period(last_month)]
        for _ in range(months - 1):
            periods.insert(0, periods[0].previous())
        return cls(tuple(periods))

    @property
    def last(self) -> Period:
        """The month being closed."""
        return self.periods[-1]

    @property
    def now(self) -> datetime:
        """The default clock: the third day after the last month, 06:00 UTC."""
        return at_utc(self.last.end + timedelta(days=3), 6)

    @property
    def later(self) -> datetime:
        """The clock of the second look, a week after `now`."""
        return self.now + timedelta(days=7)

    @property
    def last_nightly_run(self) -> datetime:
        """The last posting run of the earlier integration: what is approved later is unposted."""
        return at_utc((self.now - timedelta(days=1)).date(), 1, 30)

    @property
    def founded(self) -> datetime:
        """When the master data was set up: before the first month."""
        return at_utc(self.periods[0].start - timedelta(days=40), 9)

    @property
    def first_day(self) -> date:
        """First day of history."""
        return self.periods[0].start

    def workdays(self) -> list[date]:
        """All working days from the first month to the day before `now`."""
        count = (self.now.date() - self.first_day).days
        days = (self.first_day + timedelta(days=number) for number in range(count))
        return [day for day in days if is_workday(day)]

    def is_month_end_week(self, day: date) -> bool:
        """True for days of the last month whose week ends after it (submitted early)."""
        return day <= _last_day(self.last) < monday_after(day)

    def submitted_on(self, day: date) -> date:
        """The day on which time of `day` is submitted."""
        friday = day + timedelta(days=FRIDAY - day.weekday())
        return max(day, min(friday, self.last.end)) if self.is_month_end_week(day) else friday

    def approved_on(self, day: date) -> date:
        """The day on which submitted time of `day` is approved when all goes well."""
        if self.is_month_end_week(day):
            return (self.now - timedelta(days=1)).date()
        return monday_after(day)

    def closed_at(self, erp_system: str, period: Period) -> datetime | None:
        """When that ERP closed the month; None for the last month and later ones (open)."""
        if period >= self.last:
            return None
        return _closing(erp_system, period)

    def accounting_date(self, erp_system: str, work_date: date, posted_at: datetime) -> date:
        """The work date, or the first day of the next month open in that ERP at `posted_at`."""
        period = Period.of(work_date)
        if period < self.periods[0]:
            raise ValueError(f"{work_date} lies before the first month")
        for _ in range(len(self.periods) + 1):
            closed = self.closed_at(erp_system, period)
            if closed is None or closed > posted_at:
                return max(work_date, period.start)
            period = period.next()
        raise ValueError(f"no open period for {work_date}")


def monday_after(day: date) -> date:
    """The Monday after the week of `day`."""
    return day + timedelta(days=7 - day.weekday())


def erp_of(legal_entity_id: str) -> str:
    """The ERP an entity's books are in."""
    return ENTITY[legal_entity_id].erp_system if legal_entity_id in ENTITY else NETSUITE


MONTHS_MIN = 2
