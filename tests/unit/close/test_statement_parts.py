"""The statement shows figures as they are: exact, grouped, and the same bytes each time."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tieout.close.charts import stacked_bars
from tieout.close.sections import cell, figure, listing_section
from tieout.close.tie_out import TIE_OUT


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.8900"), "1,234,567.89"),
        (Decimal("-0.5000"), "-0.50"),
        (Decimal("7.1234"), "7.1234"),
        (Decimal(0), "0.00"),
        (1234, "1,234"),
        (None, ""),
    ],
)
def test_a_figure_is_written_exactly(value, text):
    assert figure(value) == text


def test_cells_say_what_kind_they_are():
    assert cell("is_tied", False).style == "untied"
    assert cell("hours", Decimal("0.0000")).style == "n zero"
    assert cell("work_date", date(2026, 6, 1)).text == "2026-06-01"
    assert cell("opened_at", datetime(2026, 6, 1, 9, 30)).text == "2026-06-01 09:30"
    assert cell("is_overdue", True).text == "yes"


def test_a_chart_is_deterministic_names_no_address_and_is_left_out_when_empty():
    series = {"0-7 days": [Decimal("10.5"), Decimal(0)], "8-14 days": [Decimal(3), Decimal(4)]}
    one = stacked_bars(["US01 blocked", "UK01 <b>"], series, "value")
    assert one == stacked_bars(["US01 blocked", "UK01 <b>"], series, "value")
    assert one.startswith("<svg")
    assert "<b>" not in one
    assert "purl.org" not in one
    assert stacked_bars([], {}, "value") == ""
    assert stacked_bars(["a"], {"x": [Decimal(0)]}, "value") == ""


def test_a_long_list_says_how_much_is_left_out():
    row = {name: None for name, _ in TIE_OUT.columns} | {"total_rows": 500, "is_tied": True}
    section = listing_section(TIE_OUT, lambda *_: [row], ["2026-06"])
    assert "1 of 500 rows" in section.more
    assert listing_section(TIE_OUT, lambda *_: [], ["2026-06"]).rows == []
