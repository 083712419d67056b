"""Fixtures of the mart tests: an empty small warehouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.dbt_reconciliation.small_warehouse import SmallWarehouse


@pytest.fixture(scope="module")
def new_warehouse(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], SmallWarehouse]:
    """Make an empty warehouse with the firm's configuration."""
    return lambda: SmallWarehouse(tmp_path_factory.mktemp("warehouse"))
