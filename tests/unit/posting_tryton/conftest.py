"""A real Tryton server for the tests of the delivery, by file copy, and posting lines for it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from tieout.config.firm import System
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.delivery.tryton import create_delivery, open_session
from tieout.sandbox.tryton.ready import ready_server
from tieout.sandbox.tryton.rpc import TrytonClient
from tieout.sandbox.tryton.sample import CLEARING, COST, REVENUE, SAMPLE, WIP, sample_key
from tieout.sandbox.tryton.template import ADMIN_PASSWORD
from tieout.sandbox.vendors.base import TOKENS


@pytest.fixture(scope="session")
def tryton(tmp_path_factory):
    """A running server with the sample books; every test uses posting keys of its own."""
    server = ready_server(SAMPLE, tmp_path_factory.mktemp("tryton"))
    yield server
    server.stop()


@pytest.fixture
def own_tryton(tmp_path):
    """A server for one test alone, which may close periods or stop it."""
    server = ready_server(SAMPLE, tmp_path)
    yield server
    server.stop()


def connect(server, monkeypatch):
    monkeypatch.setenv("TRYTON_USER", TOKENS["tryton"]["username"])
    monkeypatch.setenv("TRYTON_PASSWORD", TOKENS["tryton"]["password"])
    system = System(
        id="tryton_uk",
        vendor="tryton",
        roles=["erp"],
        base_url=server.url,
        secrets={"username": "env:TRYTON_USER", "password": "env:TRYTON_PASSWORD"},
    )
    return create_delivery(system, open_session(system))


@pytest.fixture
def connection():
    """Opens a delivery to a given server."""
    return connect


@pytest.fixture(scope="session")
def delivery(tryton):
    """A delivery to the shared server."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        return connect(tryton, monkeypatch)


@pytest.fixture
def person():
    """Logs a person with all rights into a server, to look and to interfere."""

    def log_in(server):
        client = TrytonClient(server.url, "admin", ADMIN_PASSWORD)
        client.context = {"company": 1, "companies": [1]}
        return client

    return log_in


def line(record, **changes):
    values = {
        "posting_key": sample_key(record),
        "target": "tryton_uk",
        "leg": "cost",
        "period_id": "2026-06",
        "entry_id": f"kantata:{record}",
        "entry_type": "time",
        "source_system": "kantata",
        "source_record_id": record,
        "source_version": 1781690000000000,
        "correlation_id": f"corr-{record}",
        "legal_entity_id": "UK01",
        "accounting_date": date(2026, 6, 15),
        "accounting_period_id": "2026-06",
        "is_late": False,
        "work_date": date(2026, 6, 15),
        "worker_id": "W-0007",
        "worker_name": "Ada Hartley",
        "erp_worker_id": "W-0007",
        "client_id": "C-03",
        "project_id": "P-1003",
        "project_code": "P-1003",
        "erp_project_id": "P-1003",
        "task_name": "Build",
        "hours": Decimal("7.5000"),
        "is_billable": True,
        "cost_rate": Decimal("70.150000"),
        "cost_amount_functional": Decimal("526.1300"),
        "functional_currency_code": "GBP",
        "bill_rate": Decimal("185.000000"),
        "bill_amount_contract": Decimal("1387.5000"),
        "contract_currency_code": "GBP",
        "bill_amount_functional": Decimal("1387.5000"),
        "fx_rate_contract_to_functional": Decimal("1.0000000000"),
        "debit_account_code": COST,
        "credit_account_code": CLEARING,
        "wip_account_code": WIP,
        "accrued_revenue_account_code": REVENUE,
        "approved_at": datetime(2026, 6, 22, 9, 30),
        "approval_status": "approved",
        "memo": "Interface build",
    }
    return {**values, **changes}


@pytest.fixture
def make_lines():
    """Builds a frame of posting lines: one per (record, changes)."""

    def build(*records):
        rows = [line(r) if isinstance(r, str) else line(r[0], **r[1]) for r in records]
        return pl.DataFrame(rows, schema=POSTING_COLUMNS)

    return build


@pytest.fixture
def fresh(tryton, monkeypatch, connection):
    """A delivery of its own whose writes can be disturbed."""
    return connection(tryton, monkeypatch)
