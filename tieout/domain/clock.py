"""The clock is an input: every run stamps `known_at` with one instant in UTC.

`TIEOUT_NOW` fixes it (tests, backfills, the sandbox firm); otherwise it is the real time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from tieout.domain.errors import ConfigError

_FIRST_ZONE = timedelta(hours=14)
_BARE_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def parse_timestamp(text: str, *, field: str = "timestamp") -> datetime:
    """An ISO 8601 instant in UTC; a text without zone is taken as UTC.

    Raises:
        ConfigError: if the text is no timestamp.
    """
    try:
        stamp = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ConfigError(
            f"{text!r} is not a timestamp", field=field, fix="write it as 2026-07-03T06:00:00Z"
        ) from None
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


def parse_as_of(text: str) -> datetime:
    """A cut-off K in UTC; a bare date means the end of that day, inclusive."""
    if _BARE_DATE.match(text.strip()):
        day = parse_timestamp(text, field="--as-of").date()
        return datetime.combine(day, time.max, tzinfo=UTC)
    return parse_timestamp(text, field="--as-of")


def now(env: Mapping[str, str] | None = None) -> datetime:
    """The instant of this run: `TIEOUT_NOW` if set, else the real time, in UTC."""
    fixed = (os.environ if env is None else env).get("TIEOUT_NOW")
    return parse_timestamp(fixed, field="TIEOUT_NOW") if fixed else datetime.now(tz=UTC)


def latest_day(stamp: datetime) -> date:
    """The latest calendar day anywhere at that instant: UTC+14 is the first to see it.

    A rule that knows no entity asks this day, so that no local today is taken for tomorrow.
    """
    return (stamp.astimezone(UTC) + _FIRST_ZONE).date()


def sql_timestamp(stamp: datetime) -> str:
    """The instant as the text dbt reads: `YYYY-MM-DD HH:MM:SS.ffffff`, UTC."""
    return stamp.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
