"""Keys survive any source id; periods and cut-offs do what the calendar says."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.domain.clock import now, parse_as_of, parse_timestamp, sql_timestamp
from tieout.domain.errors import ConfigError
from tieout.domain.keys import (
    correlation_id,
    entry_id,
    parse_posting_key,
    posting_key,
    reversal_key,
    shorten,
)
from tieout.domain.period import Period
from tieout.domain.reasons import REASONS

PART = st.text(min_size=1, max_size=30)


@given(PART, PART, PART, PART, st.integers(0, 2**62), st.sampled_from(["cost", "bill", "payroll"]))
def test_a_posting_key_gives_back_its_parts(firm, target, system, record, version, leg):
    found = parse_posting_key(posting_key(firm, target, system, record, version, leg))
    assert found is not None
    assert (found.firm, found.target, found.source_system, found.source_record_id) == (
        firm,
        target,
        system,
        record,
    )
    assert (found.version, found.leg, found.is_reversal) == (version, leg, False)


@given(PART, PART)
def test_different_records_never_share_a_key(one, other):
    keys = {posting_key("f", "t", "s", record, 1, "cost") for record in (one, other)}
    assert len(keys) == len({one, other})


def test_a_reversal_names_its_original_and_is_never_reversed():
    key = posting_key("f", "t", "s", "7", 1, "cost")
    assert parse_posting_key(reversal_key(key)).is_reversal
    with pytest.raises(ValueError, match="new correcting version"):
        reversal_key(reversal_key(key))


@pytest.mark.parametrize(
    "text", [None, "", "JE-77", "a:b:c:d:e:f", "a:b:c:d:vx:cost", "a:b:c:d:v1"]
)
def test_a_foreign_id_is_not_one_of_our_keys(text):
    assert parse_posting_key(text) is None


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_shortening_keeps_keys_apart_and_fits(one, other):
    short, other_short = shorten(one, 20), shorten(other, 20)
    assert len(short) <= 20
    assert (short == other_short) == (one == other)


def test_shortening_refuses_a_field_that_cannot_hold_a_digest():
    with pytest.raises(ValueError, match="collisions"):
        shorten("x" * 40, 10)


def test_the_correlation_id_belongs_to_the_entry_for_life():
    assert correlation_id(entry_id("s", "1")) == correlation_id("s:1") != correlation_id("s:2")


def test_periods_follow_the_calendar():
    assert Period("2026-12").next() == Period("2027-01")
    assert Period("2027-01").previous() == Period("2026-12")
    assert (Period("2028-02").start, Period("2028-02").end) == (date(2028, 2, 1), date(2028, 2, 29))
    assert Period.of(date(2026, 6, 30)) < Period.of(date(2026, 7, 1))


@pytest.mark.parametrize("text", ["2026-13", "2026-6", "June", "2026-06-01", ""])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ConfigError, match="2026-06"):
        Period(text)


def test_a_bare_date_as_cut_off_means_the_end_of_that_day():
    assert parse_as_of("2026-07-03") == datetime(2026, 7, 3, 23, 59, 59, 999999, tzinfo=UTC)
    assert parse_as_of("2026-07-03T06:00:00+02:00") == datetime(2026, 7, 3, 4, tzinfo=UTC)


def test_the_clock_is_an_input():
    assert now({"TIEOUT_NOW": "2026-07-03T06:00:00Z"}) == datetime(2026, 7, 3, 6, tzinfo=UTC)
    assert now({}).tzinfo is UTC
    assert (
        sql_timestamp(parse_timestamp("2026-07-03T08:00:00+02:00")) == "2026-07-03 06:00:00.000000"
    )
    with pytest.raises(ConfigError, match="TIEOUT_NOW"):
        now({"TIEOUT_NOW": "yesterday"})


def test_every_reason_says_whose_it_is_and_what_to_do():
    for code, reason in REASONS.items():
        assert code == reason.code
        assert reason.owner_role
        assert reason.fix
        assert reason.sla_business_days >= 0
