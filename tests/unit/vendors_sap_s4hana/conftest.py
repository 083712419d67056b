"""The small SAP tenant in process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.vendors_sap_s4hana.sap_tenant import Tenant


@pytest.fixture
def tenant(tmp_path: Path) -> Tenant:
    return Tenant(tmp_path)
