"""Fixtures of the mart tests: an empty small warehouse, and one dbt target per session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.dbt_reconciliation.small_warehouse import SmallWarehouse


@pytest.fixture(scope="session")
def dbt_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One target folder for all builds of the session, so that the project is parsed once."""
    return tmp_path_factory.mktemp("dbt_target")


@pytest.fixture(scope="module")
def new_warehouse(
    tmp_path_factory: pytest.TempPathFactory, dbt_target: Path
) -> Callable[[], SmallWarehouse]:
    """Make an empty warehouse with the firm's configuration."""
    return lambda: SmallWarehouse(tmp_path_factory.mktemp("warehouse"), dbt_target)
