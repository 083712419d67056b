"""The F&O staging models over what the connector lands of the emulated environment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.load import extract_system
from tests.kit.staging import build_staging
from tests.nasty.posting_kit import frame, reversal
from tests.unit.posting_d365_fo.conftest import (
    BASE_URL,
    LOGIN_URL,
    World,
    expense_line,
    time_line,
)
from tieout.config import Home, load_firm
from tieout.domain.progress import SilentProgress
from tieout.sandbox.vendors.d365_fo_login import CREDENTIALS

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
HOUR, TAXI = time_line(1), expense_line("taxi")
DESK = expense_line("desk", erp_project_id=None)
BACK = reversal(time_line(2))


def write_firm(folder: Path) -> None:
    """A firm of one F&O environment."""
    (folder / "crosswalks").mkdir(parents=True)
    names = []
    for name, value in CREDENTIALS.items():
        (folder / name).write_text(value, encoding="utf-8")
        (folder / name).chmod(0o600)
        names.append(f"{name}: file:{name}")
    (folder / "firm.yml").write_text(
        f"""
firm: {{id: meridian, name: Meridian Consulting, reporting_currency: USD}}
entities:
  - {{id: US01, name: Meridian US LLC, country: US, functional_currency: USD}}
systems:
  - id: d365_fo
    vendor: d365_fo
    roles: [erp, billing]
    base_url: {BASE_URL}
    secrets: {{{", ".join(names)}}}
    options: {{login_url: {LOGIN_URL}, companies: US01=us01}}
""",
        encoding="utf-8",
    )
    (folder / "crosswalks" / "account.csv").write_text(
        "legal_entity_id,target,purpose,account_code\nUS01,d365_fo,expense_cost,6100\n",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The environment before and after its journals were posted and billed, landed and staged."""
    folder = tmp_path_factory.mktemp("staged")
    world, home = World(folder), Home(folder / "warehouse")
    write_firm(folder / "firm")
    firm = load_firm(folder / "firm")
    world.setup.rates = [
        {"FromCurrency": "EUR", "ToCurrency": "USD", "StartDate": "2026-06-01", "Rate": "108.5",
         "ConversionFactor": "Hundred", "RateTypeName": "Default"},
    ]  # fmt: skip

    def extract(now: datetime) -> None:
        with world.online():
            extract_system(firm, firm.systems[0], home, now, SilentProgress())

    world.moods.posts_journals = False
    world.post(frame([HOUR, BACK, TAXI, DESK]))
    extract(NOW)
    world.moods.posts_journals = True
    world.post(frame([HOUR, BACK, TAXI, DESK]))
    store = world.app.app.routes[3].handler.__self__._store
    number, actual = next(row for row in store.rows("PSAActuals") if row[1]["Qty"] > 1)
    billed = {"LaborInvoicedQty": Decimal("7.5"), "LaborInvoicedRevenue": Decimal("1387.5")}
    store.save(number, {**actual, **billed})
    extract(NOW + timedelta(days=1))
    world.ledger.close()
    build_staging(load_firm(folder / "firm"), home, "d365_fo")
    connection = duckdb.connect(str(home.warehouse), read_only=True)
    yield lambda query: connection.execute(query).fetchall()
    connection.close()


def test_every_line_has_a_draft_and_a_posted_version_with_its_figures(staged: Any) -> None:
    found = staged(
        "select external_id, record_type, hours, cost_amount_functional, bill_amount_contract, "
        "is_posted, posted_at is not null from staging.stg_d365_fo__erp_lines "
        "order by external_id, source_version"
    )
    hour, back = HOUR["posting_key"], BACK["posting_key"]
    figures = {
        hour: ("hour_journal_line", Decimal("7.5"), Decimal(600), Decimal("1387.5")),
        back: ("hour_journal_line", Decimal("-7.5"), Decimal(-600), Decimal("-1387.5")),
        TAXI["posting_key"]: ("expense_journal_line", 0, Decimal(120), Decimal("130.1")),
        DESK["posting_key"]: ("general_journal_line", 0, Decimal(120), 0),
    }
    assert found == [
        (key, *figures[key], is_posted, is_posted)
        for key in sorted(figures)
        for is_posted in (False, True)
    ]


def test_a_line_names_entity_worker_project_days_and_currencies(staged: Any) -> None:
    assert staged(
        "select distinct legal_entity_id, source_worker_id, source_project_id, work_date, "
        "accounting_date, accounting_period_id, functional_currency_code, contract_currency_code, "
        f"is_billable from staging.stg_d365_fo__erp_lines where external_id = '{HOUR['posting_key']}'"
    ) == [
        ("US01", "000041", "P-77", date(2026, 6, 15), date(2026, 6, 15), "2026-06", "USD", "USD",
         True)
    ]  # fmt: skip


def test_billed_hours_name_their_line(staged: Any) -> None:
    assert staged(
        "select lines.external_id, billed.hours, billed.billed_amount_contract, billed.is_issued, "
        "billed.contract_currency_code from staging.stg_d365_fo__billing_allocations as billed "
        "inner join staging.stg_d365_fo__erp_lines as lines using (erp_line_id) "
        "where lines.is_posted"
    ) == [(HOUR["posting_key"], Decimal("7.5"), Decimal("1387.5"), True, "USD")]


def test_periods_rates_workers_and_projects(staged: Any) -> None:
    assert staged(
        "select accounting_period_id, status from staging.stg_d365_fo__accounting_periods "
        "where legal_entity_id = 'US01' and accounting_period_id in ('2026-05', '2026-06') order by 1"
    ) == [("2026-05", "soft_closed"), ("2026-06", "open")]
    assert staged("select fx_rate, rate_date from staging.stg_d365_fo__fx_rates") == [
        (Decimal("1.085"), date(2026, 6, 1))
    ]
    assert staged("select worker_name, employee_number from staging.stg_d365_fo__workers") == [
        ("Ada Byron", "000041")
    ]
    assert staged("select project_code, is_active from staging.stg_d365_fo__projects") == [
        ("P-77", True)
    ]
