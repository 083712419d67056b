"""SAP Concur: the connector asks as described, and the emulated site answers as described."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from werkzeug.test import Client

from pipelines.concur import VENDOR
from pipelines.concur.auth import BearerToken
from pipelines.contracts import Window
from tests.conformance.prism import read_with
from tests.unit.vendors_concur.small_site import small_firm
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.concur import TOKEN_PATH, create_app

pytestmark = pytest.mark.conformance
SPEC = "concur-v3.yaml"
API = "/api/v3.0"
# the second window needs nothing that the third does not ask for
WINDOWS = (
    Window(),
    Window(since=datetime(2013, 9, 1, 8, 30, tzinfo=UTC)),
    Window(sweep_from=date(2013, 9, 1)),
)


def test_the_connector_reads_the_described_examples_without_a_violation(
    mock: Any, system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BearerToken, "token", lambda _: "any")
    with mock(SPEC) as address:
        reading = read_with(
            VENDOR, system("concur", "expense", address, **TOKENS["concur"]), WINDOWS
        )
    assert reading.violations == []
    assert set(map(tuple, reading.rejected.values())) == {()}
    assert reading.records == {"users": 3, "expense_reports": 3, "expense_entries": 3}


def test_the_emulated_site_answers_as_described(
    checked: Any, system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(small_firm(), lambda: datetime(2026, 7, 3, 6, tzinfo=UTC))
    form = {"grant_type": "refresh_token", **TOKENS["concur"]}
    token = Client(app).post(TOKEN_PATH, data=form).json["access_token"]
    monkeypatch.setattr(BearerToken, "token", lambda _: token)
    with checked(SPEC, app, API) as address:
        reading = read_with(
            VENDOR, system("concur", "expense", address, **TOKENS["concur"]), WINDOWS
        )
    assert reading.violations == []
    assert reading.records == {"users": 6, "expense_reports": 15, "expense_entries": 24}
