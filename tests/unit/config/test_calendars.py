"""Calendars of entities: what may be stated, fiscal years of weeks, the month a period closes in."""

import itertools
from datetime import date, timedelta

import pytest

from tieout.config import load_firm
from tieout.config.calendars import WeeklyCalendar, closing_month, fiscal_years
from tieout.domain.errors import ConfigError

FIRM = """\
firm: {id: f, name: F, reporting_currency: USD}
entities:
  - {id: US01, name: US, functional_currency: USD}
  - {id: UK01, name: UK, functional_currency: GBP, calendar: CALENDAR}
systems:
  - {id: erp, vendor: csv_tables, roles: [erp], options: {path: erp}}
"""


def weekly(**fields):
    return WeeklyCalendar(kind="4-4-5", **{"start": date(2025, 12, 29), **fields})


def test_an_entity_states_its_own_calendar(tmp_path):
    stated = "{kind: 4-4-5, start: 2025-12-29, long_years: [2027]}"
    (tmp_path / "firm.yml").write_text(FIRM.replace("CALENDAR", stated))
    first, second = load_firm(tmp_path).entities
    assert first.calendar == "month"
    assert second.calendar == weekly(long_years=[2027])


@pytest.mark.parametrize(
    "stated",
    [
        "4-4-5",
        "weekly",
        "{kind: 4-4-5}",
        "{kind: 5-4-4, start: 2025-12-29}",
        "{kind: 4-4-5, start: 2025-12-29, long_years: [2027, 2027]}",
    ],
)
def test_a_calendar_that_cannot_be_read_is_told_with_its_line(tmp_path, stated):
    (tmp_path / "firm.yml").write_text(FIRM.replace("CALENDAR", stated))
    with pytest.raises(ConfigError) as caught:
        load_firm(tmp_path)
    assert caught.value.line == 4
    assert "calendar" in caught.value.field


def test_years_follow_each_other_without_a_gap_and_a_long_year_shifts_the_next():
    years = {year.year: year for year in fiscal_years(weekly(long_years=[2023, 2027]))}
    assert years[2026].start == date(2025, 12, 29)
    assert (years[2027].week_count, years[2028].start) == (53, date(2028, 1, 3))
    assert years[2023].start == date(2025, 12, 29) - timedelta(weeks=52 + 52 + 53)
    ordered = sorted(years.values(), key=lambda year: year.year)
    for earlier, later in itertools.pairwise(ordered):
        assert later.start == earlier.end + timedelta(days=1)


def test_periods_tile_the_year_and_their_ids_sort_by_time():
    for year in fiscal_years(weekly(long_years=[2027])):
        periods = year.periods()
        assert periods[0][1] == year.start
        assert periods[-1][2] == year.end
        assert [name for name, _, _ in periods] == sorted(name for name, _, _ in periods)
        for (_, _, last), (_, first, _) in itertools.pairwise(periods):
            assert first == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "named", "year"),
    [
        (date(2025, 12, 29), None, 2026),
        (date(2026, 2, 1), None, 2026),
        (date(2026, 2, 1), 2027, 2027),
    ],
)
def test_a_year_is_named_after_its_middle_unless_the_firm_names_it(start, named, year):
    found = {one.start: one.year for one in fiscal_years(weekly(start=start, year=named))}
    assert found[start] == year


def test_a_period_of_weeks_closes_with_the_month_in_which_it_ends():
    calendars = ["month", weekly(long_years=[2027])]
    assert closing_month("2026-06", calendars).id == "2026-06"
    assert closing_month("2026-P06", calendars).id == "2026-06"
    assert closing_month("2027-P12", calendars).id == "2028-01"


@pytest.mark.parametrize(
    ("text", "calendars", "words"),
    [
        ("2026-P06", ["month"], "no entity has a period 2026-P06"),
        ("2026-P13", [weekly()], "2026-P13"),
        ("June", [weekly()], "'June' is not a period"),
        (
            "2026-P06",
            [weekly(), weekly(start=date(2026, 2, 2), year=2026)],
            "ends in 2026-06 and 2026-08",
        ),
    ],
)
def test_a_period_that_names_no_month_is_refused(text, calendars, words):
    with pytest.raises(ConfigError) as caught:
        closing_month(text, calendars)
    assert words in str(caught.value)
    assert caught.value.fix
