"""The page of the files says what is read."""

from __future__ import annotations

from pathlib import Path

from pipelines.csv_tables.page import page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "csv_tables.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text() == page(), "python -m pipelines.csv_tables.page > docs/csv_tables.md"
