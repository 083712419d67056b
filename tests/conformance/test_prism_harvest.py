"""Harvest: the connector asks as described, and the emulated account answers as described."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.harvest import VENDOR
from tests.conformance.prism import read_with
from tests.unit.vendors_harvest.small_firm import small_firm
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.harvest import create_app

pytestmark = pytest.mark.conformance
SPEC = "harvest-v2.yaml"


def test_the_connector_reads_the_described_examples_without_a_violation(
    mock: Any, system: Any
) -> None:
    with mock(SPEC) as address:
        reading = read_with(VENDOR, system("harvest", "time", address, token="any", account_id="1"))
    assert reading.violations == []
    assert set(map(tuple, reading.rejected.values())) == {()}
    # three windows over the examples of the documentation
    assert reading.records == {
        "accounts": 3,
        "clients": 6,
        "projects": 6,
        "users": 9,
        "user_assignments": 18,
        "task_assignments": 36,
        "time_entries": 12,
    }


def under_its_real_name(environ: Any, start_response: Any) -> Any:
    """The account as if reached by Harvest's host: a loopback link is no URL to the validator."""
    app = create_app(small_firm(), lambda: datetime(2026, 7, 3, 6, tzinfo=UTC))
    return app({**environ, "HTTP_HOST": "api.harvestapp.com"}, start_response)


def test_the_emulated_account_answers_as_described(checked: Any, system: Any) -> None:
    with checked(SPEC, under_its_real_name) as address:
        reading = read_with(VENDOR, system("harvest", "time", address, **TOKENS["harvest"]))
    assert reading.violations == []
    assert reading.records["time_entries"] == 18
