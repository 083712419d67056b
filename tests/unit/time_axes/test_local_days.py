"""Local days and hours of shifts in SQL, against Python's own calendar of time zones.

A shift is kept on the day it began where it was worked; its hours are those that passed, whether
the clocks changed, the day changed, or the date line lay between.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

MACROS = Path(__file__).resolve().parents[3] / "dbt_project" / "macros"
ZONES = (
    "UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns",
)  # fmt: skip


def rendered(call: str) -> str:
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)
    source = "".join((MACROS / f"{name}.sql").read_text() for name in ("money", "local_dates"))
    return environment.from_string(source + "{{ " + call + " }}").render().strip()


CONNECTION = duckdb.connect()
DAY = rendered("shift_date('started_at', 'zone')")
HOURS = rendered("elapsed_hours('started_at', 'ended_at')")
SHIFT = (
    f"select {DAY}, {HOURS} from (select cast(? as timestamp) as started_at,"
    " cast(? as timestamp) as ended_at, ? as zone)"
)


def shift(started: datetime, ended: datetime, zone: str) -> tuple[date, Decimal]:
    """Work date and hours of a shift between two instants."""
    plain = [stamp.astimezone(UTC).replace(tzinfo=None) for stamp in (started, ended)]
    row = CONNECTION.execute(SHIFT, [*plain, zone]).fetchone()
    assert row is not None
    return row


def local(zone: str, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("zone", "started", "ended", "day", "hours"),
    [
        # over midnight: one hour, on the day it began
        ("America/New_York", "2026-06-30 23:30", "2026-07-01 00:30", date(2026, 6, 30), "1"),
        # the hour that is left out in March: four on the clock, three worked
        ("America/New_York", "2026-03-08 00:00", "2026-03-08 04:00", date(2026, 3, 8), "3"),
        # the hour that is told twice in November: four on the clock, five worked
        ("America/New_York", "2026-11-01 00:00", "2026-11-01 04:00", date(2026, 11, 1), "5"),
        # half an hour of summer time
        ("Australia/Lord_Howe", "2026-04-05 00:00", "2026-04-05 04:00", date(2026, 4, 5), "4.5"),
        # both sides of the date line, the same instant: two days apart in name
        ("Pacific/Kiritimati", "2026-06-30 08:00", "2026-06-30 16:00", date(2026, 6, 30), "8"),
        ("Pacific/Pago_Pago", "2026-06-28 23:30", "2026-06-29 07:30", date(2026, 6, 28), "8"),
    ],
)
def test_a_shift_keeps_its_day_and_its_hours(zone, started, ended, day, hours):
    found = shift(local(zone, started), local(zone, ended), zone)
    assert found == (day, Decimal(hours))


def test_the_two_readings_of_a_repeated_hour_are_an_hour_apart():
    first = local("Europe/London", "2026-10-25 01:30")
    second = local("Europe/London", "2026-10-25 01:30", fold=1)
    assert shift(first, second, "Europe/London") == (date(2026, 10, 25), Decimal(1))


@settings(max_examples=300, deadline=None)
@given(
    started=st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)),
    ticks=st.tuples(st.integers(0, 4_800), st.integers(0, 4_800)),
    zone=st.sampled_from(ZONES),
)
def test_the_day_is_pythons_and_cutting_a_shift_in_two_conserves_its_hours(started, ticks, zone):
    begin = started.replace(microsecond=0, tzinfo=UTC)
    # nine seconds are 0.0025 hours, so every part of the shift is exact in four decimals
    middle = begin + timedelta(seconds=9 * ticks[0])
    end = middle + timedelta(seconds=9 * ticks[1])
    day, hours = shift(begin, end, zone)
    assert day == begin.astimezone(ZoneInfo(zone)).date()
    assert hours == Decimal(sum(ticks)) * Decimal("0.0025")
    assert shift(begin, middle, zone)[1] + shift(middle, end, zone)[1] == hours
