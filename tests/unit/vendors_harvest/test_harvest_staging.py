"""What staging makes of a Harvest account: the shapes that the canonical layer reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.kit.staging import build_staging, read
from tieout.config import load_firm


@pytest.fixture
def staged(harvest: Any, make_firm: Any, make_entry: Any) -> Any:
    """Two extractions; between them a client changes its currency, the firm changes which hours
    count, and an entry is deleted."""
    harvest.extract()
    client = harvest.firm.clients[1]
    dollars = type(client)(**{
        **{name: getattr(client, name) for name in client.__slots__},
        "currency_code": "USD",
        "changed_at": datetime(2026, 7, 4, tzinfo=UTC),
    })  # fmt: skip
    late = make_entry(
        8, project_id="P-2", task_id="P-2/build", changed_at=datetime(2026, 7, 4, tzinfo=UTC)
    )
    gone = make_entry(3, changed_at=datetime(2026, 7, 4, tzinfo=UTC), is_deleted=True)
    harvest.show(
        make_firm(
            clients=(*harvest.firm.clients, dollars),
            time_entries=(*harvest.firm.time_entries, late, gone),
        )
    )
    file = harvest.folder / "firm" / "firm.yml"
    file.write_text(file.read_text().replace("hours: rounded_hours", "hours: hours"))
    harvest.now = datetime(2026, 7, 5, tzinfo=UTC)
    harvest.extract(sweep_from=date(2026, 6, 1))
    build_staging(load_firm(harvest.folder / "firm"), harvest.home, "harvest")
    return harvest


def test_the_staged_account(staged: Any) -> None:
    entries = read(
        staged.home,
        "select source_record_id, approval_status, hours, is_billable, bill_rate,"
        " bill_currency_code from staging.stg_harvest__time_entries"
        " order by source_record_id, source_version",
    )
    full, exact = Decimal("7.5000"), Decimal("7.4200")
    rate = Decimal("185.000000")
    assert entries == [
        ("636709001", "approved", full, True, rate, "USD"),
        ("636709002", "submitted", full, True, rate, "USD"),
        ("636709003", "draft", full, True, rate, "USD"),
        ("636709003", "deleted", exact, True, rate, "USD"),
        ("636709004", "approved", full, False, None, "USD"),
        ("636709005", "approved", full, True, rate, "EUR"),
        ("636709006", "approved", full, True, rate, "EUR"),
        ("636709008", "approved", exact, True, rate, "USD"),
    ], "an entry keeps the currency and the choice of hours that held when it became known"
    assert read(
        staged.home,
        "select source_project_id, project_code, billing_model, contract_currency_code, is_billable"
        " from staging.stg_harvest__projects order by 1",
    ) == [
        ("14307001", "P-1", "time_and_materials", "USD", True),
        ("14307002", "P-2", "fixed_fee", "EUR", True),
        ("14307003", "P-3", None, "USD", False),
    ]
    assert read(
        staged.home,
        "select source_worker_id, worker_name, worker_type, is_active"
        " from staging.stg_harvest__workers order by 1",
    ) == [
        ("1782001", "Ada Nguyen 1", "employee", True),
        ("1782002", "Ada Nguyen 2", "contractor", False),
    ]
    assert read(staged.home, "select count(*) from staging.stg_harvest__clients") == [(3,)]
    assert read(
        staged.home,
        "select source_worker_id, source_project_id, is_active"
        " from staging.stg_harvest__assignments order by 1",
    ) == [("1782001", "14307001", True), ("1782002", "14307002", False)]
