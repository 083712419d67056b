"""The small company, emulated in process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.vendors_business_central.small_company import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company with an empty ledger."""
    return Company(tmp_path)
