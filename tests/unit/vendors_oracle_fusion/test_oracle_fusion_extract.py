"""Extraction of the emulated Oracle Fusion pod, and what staging makes of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from pipelines.contracts import Window
from pipelines.load import extract_system
from pipelines.oracle_fusion import VENDOR, open_session
from tests.kit.staging import build_staging, read
from tests.nasty.posting_kit import reversal
from tests.unit.posting_oracle_fusion.conftest import (
    BASE_URL,
    NOW,
    OPTIONS,
    PodBench,
    expense_line,
    journal_line,
    time_line,
)
from tieout.config import Home, load_firm
from tieout.domain.errors import ContractError, SystemUnreachable
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.oracle_fusion_master import LEDGER_IDS

ROWS = [
    time_line(1, work_date=date(2026, 6, 3)),
    expense_line("taxi"),
    journal_line("rent"),
]
LONG = time_line("x" * 150, hours=Decimal(2), cost_amount_functional=Decimal("160.00"))


def key(row: dict[str, Any]) -> str:
    return row["posting_key"]


class Bench:
    """A pod with postings, a firm folder and a warehouse to extract into."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, Home(folder / "home")
        self.pod = PodBench(folder)
        self.now = NOW
        write_firm(folder / "firm")
        self.firm = load_firm(folder / "firm")

    def extract(self) -> Any:
        with mounted(BASE_URL, self.pod.app):
            return extract_system(
                self.firm, self.firm.systems[0], self.home, self.now, SilentProgress()
            )

    def read(self, table: str, window: Window | None = None) -> list[dict[str, Any]]:
        """Records of one table as the connector reads them."""
        system = self.firm.systems[0]
        with mounted(BASE_URL, self.pod.app):
            session = open_session(system)
            session._sleep = lambda seconds: None
            extractor = VENDOR.extractor(system, session, self.now)
            pages = extractor.pages(VENDOR.table(table), window or Window())
            return [record for page in pages for record in page.records]


def write_firm(folder: Path) -> None:
    """A firm of one Oracle Fusion system."""
    (folder / "secrets").mkdir(parents=True)
    (folder / "crosswalks").mkdir()
    (folder / "crosswalks" / "account.csv").write_text(
        "target,legal_entity_id,purpose,account_code,valid_from\n"
        "oracle_fusion,US01,expense_cost,101-10-6100,\n",
        encoding="utf-8",
    )
    for name, value in TOKENS["oracle_fusion"].items():
        secret = folder / "secrets" / name
        secret.write_text(value, encoding="utf-8")
        secret.chmod(0o600)
    listed = {**OPTIONS, "legal_entity_ids": f"US01={LEDGER_IDS + 1}"}
    options = "".join(f"      {name}: {value}\n" for name, value in listed.items())
    (folder / "firm.yml").write_text(
        "firm: {id: meridian, name: Meridian Consulting, reporting_currency: USD}\n"
        "entities:\n"
        "  - {id: US01, name: Meridian US LLC, country: US, functional_currency: USD}\n"
        "systems:\n"
        "  - id: oracle_fusion\n"
        "    vendor: oracle_fusion\n"
        "    roles: [erp]\n"
        f"    base_url: {BASE_URL}\n"
        "    secrets: {username: file:secrets/username, password: file:secrets/password}\n"
        f"    options:\n{options}",
        encoding="utf-8",
    )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# -- reading -------------------------------------------------------------------------------------


def test_every_table_is_read_with_its_legal_entity(bench: Any) -> None:
    bench.pod.results(ROWS)
    found = {table.name: bench.read(table.name) for table in VENDOR.tables}
    assert {name: len(records) for name, records in found.items()} == {
        "accounting_periods": 6, "currency_rates": 1, "projects": 3, "persons": 2,
        "project_costs": 2, "journal_lines": 2,
    }  # fmt: skip
    for name in ("accounting_periods", "projects", "persons", "project_costs", "journal_lines"):
        assert {record["legal_entity_id"] for record in found[name]} == {"US01"}, name


def test_pages_are_followed_to_the_end(bench: Any) -> None:
    bench.pod.results([time_line(n) for n in range(501)])
    assert len({row["id"] for row in bench.read("project_costs")}) == 501


def test_the_window_bounds_what_is_listed(bench: Any) -> None:
    bench.pod.results([time_line(1), time_line(2, accounting_date=date(2026, 7, 1))])
    after = Window(sweep_from=date(2026, 7, 1))
    assert [row["accounting_date"] for row in bench.read("project_costs", after)] == ["2026-07-01"]
    assert len(bench.read("project_costs", Window(since=NOW - timedelta(days=1)))) == 2
    assert bench.read("project_costs", Window(since=NOW + timedelta(days=1))) == []


@pytest.mark.parametrize("kind", ["html", "ok_with_error", "truncated"])
def test_an_answer_that_is_no_page_lands_nothing(bench: Any, kind: str) -> None:
    bench.pod.fault(kind, "projectCosts", times=5)
    with pytest.raises(SystemUnreachable):
        bench.read("project_costs")


def test_a_field_that_is_missing_is_named(bench: Any) -> None:
    bench.pod.fault("ok_with_error", "emps", body={"items": [{"PersonId": 1}], "count": 1})
    with pytest.raises(ContractError, match="LegalEntityId"):
        bench.read("persons")


def test_a_second_extraction_lands_only_what_is_new(bench: Any) -> None:
    bench.pod.results(ROWS)
    bench.extract()
    bench.pod.submit([LONG], "oracle_fusion-2026-06-US01-time-000002")
    bench.pod.collect("oracle_fusion-2026-06-US01-time-000002")
    bench.now += timedelta(hours=1)
    counts = {name: table.landed for name, table in bench.extract().tables.items()}
    assert counts["project_costs"] == 1
    assert counts["journal_lines"] == counts["projects"] == 0


def test_the_sandbox_answers_below_its_prefix(bench: Any) -> None:
    client = Client(bench.pod.app)
    login = tuple(TOKENS["oracle_fusion"].values())
    path = "/oracle_fusion/hcmRestApi/resources/11.13.18.05/emps"
    assert (client.get(path, auth=login).json or {})["count"] == 2


# -- staging -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = Bench(tmp_path_factory.mktemp("staged"))
    bench.pod.behaviour.autopost = False
    bench.pod.results([journal_line("draft")])
    bench.pod.behaviour.autopost = True
    for number, rows in enumerate((ROWS, [reversal(ROWS[0])], [LONG])):
        batch = f"oracle_fusion-2026-06-US01-{rows[0]['entry_type']}-1{number}"
        bench.pod.submit(rows, batch)
        bench.pod.collect(batch)
    bench.extract()
    build_staging(bench.firm, bench.home, "oracle_fusion")
    return bench


def test_each_cost_and_journal_is_one_line_with_the_figures_that_were_sent(staged: Any) -> None:
    found = read(
        staged.home,
        "select external_id, record_type, work_date, accounting_period_id, is_posted, hours,"
        " cost_amount_functional, functional_currency_code, bill_amount_contract,"
        " contract_currency_code, source_worker_id, source_project_id, legal_entity_id"
        " from staging.stg_oracle_fusion__erp_lines order by external_id",
    )
    sent = [*ROWS, reversal(ROWS[0]), LONG, journal_line("draft")]
    expected = [
        (
            key(row), "project_cost" if row["erp_project_id"] else "journal_entry",
            row["work_date"], "2026-06", row["posting_key"] != key(journal_line("draft")),
            row["hours"], row["cost_amount_functional"], "USD", row["bill_amount_contract"],
            row["contract_currency_code"], "W-0001", row["erp_project_id"], "US01",
        )
        for row in sent
    ]  # fmt: skip
    assert found == sorted(expected)


def test_a_line_has_the_id_that_the_delivery_acknowledges(staged: Any) -> None:
    ids = read(
        staged.home, "select external_id, erp_line_id from staging.stg_oracle_fusion__erp_lines"
    )
    held = staged.pod.look_up(*ROWS)
    assert {(row["posting_key"], row["erp_id"]) for row in held} <= set(ids)


def test_periods_rates_workers_and_projects_have_their_shapes(staged: Any) -> None:
    assert read(
        staged.home,
        "select legal_entity_id, accounting_period_id, subledger, status"
        " from staging.stg_oracle_fusion__accounting_periods"
        " where accounting_period_id = '2026-05' order by subledger nulls first",
    ) == [("US01", "2026-05", sub, "closed") for sub in (None, "expense", "time")]
    assert read(
        staged.home,
        "select from_currency_code, to_currency_code, rate_date, fx_rate"
        " from staging.stg_oracle_fusion__fx_rates",
    ) == [("EUR", "USD", date(2026, 6, 15), Decimal("1.0842"))]
    assert read(
        staged.home,
        "select source_worker_id, email, employment_status"
        " from staging.stg_oracle_fusion__workers order by 1",
    ) == [
        ("W-0001", "ada.1@meridian.example", "active"),
        ("W-0002", "ada.2@meridian.example", "terminated"),
    ]
    assert read(
        staged.home,
        "select source_project_id, contract_currency_code, is_active, start_date"
        " from staging.stg_oracle_fusion__projects order by 1",
    ) == [
        ("P-1", "USD", True, date(2026, 1, 1)),
        ("P-2", "USD", True, date(2026, 1, 1)),
        ("P-3", "EUR", True, date(2026, 1, 1)),
    ]
