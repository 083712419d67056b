"""What holds for the whole suite: the files that take minutes start first.

Workers take whole files (`--dist loadfile`); a file of minutes that starts last keeps one of them
busy alone.
"""

from __future__ import annotations

import pytest

FIRST = (
    "tests/integration/test_sample_firm", "tests/integration", "tests/simulation", "tests/golden",
    "tests/scenarios", "tests/unit/dbt_reconciliation", "tests/nasty", "tests/proof",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by the slowest folders; order within a file stays."""

    def rank(item: pytest.Item) -> int:
        place = item.nodeid
        return next((i for i, folder in enumerate(FIRST) if place.startswith(folder)), len(FIRST))

    items.sort(key=rank)
