"""BambooHR: the connector asks as described, and the emulated company answers as described."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.bamboohr import VENDOR
from tests.conformance.prism import read_with
from tests.unit.vendors_harvest.small_firm import small_firm
from tieout.sandbox.vendors.bamboohr import create_app
from tieout.sandbox.vendors.base import TOKENS

pytestmark = pytest.mark.conformance
SPEC = "bamboohr-v1.yaml"


def test_the_connector_asks_for_nothing_that_is_not_described(mock: Any, system: Any) -> None:
    with mock(SPEC) as address:
        reading = read_with(VENDOR, system("bamboohr", "hr", address, api_key="any"))
    assert reading.violations == []
    # one feed, one table and two employees per window
    assert reading.requests == 12
    # the description has no example of an employee, only generated texts where dates are due
    assert set(reading.rejected["employees"]) == {"hireDate: Invalid isoformat string: 'string'"}


def test_the_emulated_company_answers_as_described(checked: Any, system: Any) -> None:
    app = create_app(small_firm(), lambda: datetime(2026, 7, 3, 6, tzinfo=UTC))
    with checked(SPEC, app) as address:
        reading = read_with(VENDOR, system("bamboohr", "hr", address, **TOKENS["bamboohr"]))
    assert reading.violations == []
    assert reading.rejected["employees"] == []
    assert reading.records["employees"] == 7
