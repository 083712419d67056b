"""From the emulated company into the warehouse and through the staging models."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.business_central import VENDOR
from pipelines.contracts import Window
from pipelines.load import extract_system
from tests.kit.staging import build_staging, read
from tests.unit.vendors_business_central.small_company import (
    HOST,
    MASTER,
    NOW,
    Company,
    business_central_system,
    expense_line,
    reversal_of,
    time_line,
)
from tieout.config import Firm, Home, load_firm
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.domain.progress import SilentProgress
from tieout.http import mounted

LATER = NOW + timedelta(days=1)
MAPPINGS = """legal_entity_id,target,purpose,account_code
US01,business_central,labour_cost,5100
US01,business_central,labour_clearing,2100
US01,business_central,expense_cost,6100
US01,business_central,wip,1300
US01,business_central,accrued_revenue,4100
"""


def firm_of(folder: Path) -> Firm:
    """A firm of one Business Central company."""
    system = business_central_system(folder)
    options = ", ".join(f"{name}: '{value}'" for name, value in system.options.items())
    secrets = ", ".join(f"{name}: 'file:{name}'" for name in system.secrets)
    (folder / "crosswalks").mkdir(exist_ok=True)
    (folder / "crosswalks" / "account.csv").write_text(MAPPINGS, encoding="utf-8")
    (folder / "firm.yml").write_text(
        f"""
firm: {{id: meridian, name: Meridian Consulting, reporting_currency: USD}}
entities:
  - {{id: US01, name: Meridian US LLC, country: US, functional_currency: USD}}
systems:
  - id: business_central
    vendor: business_central
    roles: [erp]
    base_url: {system.base_url}
    secrets: {{{secrets}}}
    options: {{{options}}}
""",
        encoding="utf-8",
    )
    for name in system.secrets:
        (folder / name).chmod(0o600)
    return load_firm(folder)


def extract(company: Company, home: Home, now: datetime) -> Any:
    """Extract the company into a warehouse."""
    firm = firm_of(company.folder)
    with mounted(HOST, company.app):
        return extract_system(firm, firm.systems[0], home, now, SilentProgress())


def by_hand(company: Company, description: str, account: str, amount: int) -> None:
    """An entry that a person makes."""
    _, made = company.ask("POST", "journals", json={"code": "HAND", "displayName": "By hand"})
    line = {"accountNumber": account, "balancingAccountNumber": "2300", "documentNumber": "H1",
            "amount": amount, "description": description, "postingDate": "2026-06-30"}  # fmt: skip
    company.ask("POST", f"journals({made['id']})/journalLines", json=line)
    company.ask("POST", f"journals({made['id']})/Microsoft.NAV.post", json={})
    company.ask("DELETE", f"journals({made['id']})", headers={"If-Match": "*"})


LINES = [
    time_line(1, hours=Decimal("7.25"), work_date=date(2026, 5, 29)),
    reversal_of(time_line(2)),
    expense_line("taxi", erp_worker_id="A;B%"),
]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, Home]:
    """A company with postings, read twice: May was open in between and an employee was removed."""
    folder = tmp_path_factory.mktemp("staged")
    company, home = Company(folder), Home(folder / "home")
    company.master = replace(MASTER, allow_from=date(2026, 5, 1))
    company.send(LINES)
    by_hand(company, "Manual accrual", "5100", 50)
    by_hand(company, "Work in progress", "1300", 7)
    by_hand(company, "Bank fee", "6100", 3)
    by_hand(company, "Elsewhere", "4100", 9)
    extract(company, home, NOW)
    changed = LATER.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    company.master = replace(
        company.master,
        allow_from=date(2026, 7, 1),
        setup_changed=changed,
        lists={**MASTER.lists, "employees": MASTER.lists["employees"][:1]},
    )
    company.moment = LATER
    extract(company, home, LATER)
    build_staging(firm_of(folder), home, "business_central")
    return company, home


def test_every_posting_is_one_line_with_its_key_and_figures(staged: Any) -> None:
    rows = read(
        staged[1],
        "select external_id, source_worker_id, source_project_id, work_date, accounting_date,"
        " accounting_period_id, is_billable, hours, cost_amount_functional, bill_amount_contract,"
        " contract_currency_code, legal_entity_id, functional_currency_code, is_posted"
        " from staging.stg_business_central__erp_lines where external_id is not null"
        " order by external_id",
    )
    june = date(2026, 6, 15)
    assert rows == [
        (
            row["posting_key"], row["erp_worker_id"], "J10", row["work_date"], june, "2026-06", True,
            row["hours"], row["cost_amount_functional"], row["bill_amount_contract"],
            row["contract_currency_code"], "US01", "USD", True,
        )
        for row in sorted(LINES, key=lambda row: row["posting_key"])
    ]  # fmt: skip


def test_entries_of_people_show_in_controlled_accounts_only(staged: Any) -> None:
    assert read(
        staged[1],
        "select memo, cost_amount_functional, bill_amount_contract, hours"
        " from staging.stg_business_central__erp_lines where external_id is null order by memo",
    ) == [
        ("Bank fee", Decimal(3), Decimal(0), Decimal(0)),
        ("Manual accrual", Decimal(50), Decimal(0), Decimal(0)),
        ("Work in progress", Decimal(0), Decimal(7), Decimal(0)),
    ]


def test_a_period_closes_when_the_range_of_posting_dates_moves(staged: Any) -> None:
    assert read(
        staged[1],
        "select accounting_period_id, end_date, status, known_at"
        " from staging.stg_business_central__accounting_periods"
        " order by accounting_period_id, source_version",
    ) == [
        ("2026-05", date(2026, 5, 31), "closed", NOW.replace(tzinfo=None)),
        ("2026-05", date(2026, 5, 31), "closed", LATER.replace(tzinfo=None)),
        ("2026-06", date(2026, 6, 30), "open", NOW.replace(tzinfo=None)),
        ("2026-06", date(2026, 6, 30), "closed", LATER.replace(tzinfo=None)),
    ]


def test_master_data_and_rates_have_their_shapes(staged: Any) -> None:
    home = staged[1]
    assert read(
        home,
        "select from_currency_code, to_currency_code, rate_date, fx_rate"
        " from staging.stg_business_central__fx_rates",
    ) == [("EUR", "USD", date(2026, 6, 1), Decimal("1.0875"))]
    assert read(
        home,
        "select source_worker_id, worker_name, email, employment_status, hired_date,"
        " terminated_date, is_active, is_deleted from staging.stg_business_central__workers"
        " order by source_worker_id, source_version",
    ) == [
        ("AB", "Ada Byron", "ada@meridian.example", "active", date(2024, 1, 8), None, True, False),
        ("CD", "Carl Doe", "carl@meridian.example", "terminated", None, date(2026, 5, 31), False,
         False),
        ("CD", "Carl Doe", "carl@meridian.example", "terminated", None, date(2026, 5, 31), False,
         True),
    ]  # fmt: skip
    assert read(
        home,
        "select project_code, project_name, is_active from staging.stg_business_central__projects",
    ) == [("J10", "Project 10", True)]


# -- the connector -------------------------------------------------------------------------------


def test_a_second_run_lands_nothing_and_a_new_entry_is_found(
    company: Company, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    company.send([time_line(1)])
    first = extract(company, home, NOW)
    assert first.tables["general_ledger_entries"].landed == 4
    assert extract(company, home, NOW).landed == 0
    company.send([time_line(2)])
    again = extract(company, home, LATER)
    assert {name: each.landed for name, each in again.tables.items() if each.landed} == {
        "general_ledger_entries": 4
    }


def pages(erp: Company, table: str, **options: Any) -> list[dict[str, Any]]:
    """Records of one table as the connector reads them."""
    with mounted(HOST, erp.app):
        system = business_central_system(erp.folder, **options)
        extractor = VENDOR.extractor(system, erp.session(), NOW)
        read_pages = extractor.pages(VENDOR.table(table), Window(since=NOW))
        return [record for page in read_pages for record in page.records]


def test_pages_are_followed_to_the_last(company: Company) -> None:
    company.restart(page_max=3)
    company.send([time_line(1), time_line(2)])
    records = pages(company, "general_ledger_entries")
    assert [record["entryNumber"] for record in records] == list(range(9)[1:])
    assert {record["company"]["legal_entity"] for record in records} == {"US01"}


@pytest.mark.parametrize("kind", ["html", "ok_with_error", "truncated"])
def test_an_answer_that_is_no_page_is_asked_for_again_within_a_bound(
    company: Company, kind: str
) -> None:
    company.fault(kind, "projects", times=2)
    assert len(pages(company, "projects")) == 1
    company.fault(kind, "projects", times=3)
    with pytest.raises(SystemUnreachable, match="no page"):
        pages(company, "projects")


@pytest.mark.parametrize("name", ["company", "legal_entity"])
def test_a_system_that_names_no_company_is_refused(company: Company, name: str) -> None:
    with pytest.raises(ConfigError, match="does not name its"):
        pages(company, "projects", **{name: ""})


def test_a_system_that_names_no_directory_is_refused(company: Company) -> None:
    with pytest.raises(ConfigError, match="access tokens"):
        company.session(token_url="")
