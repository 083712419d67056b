"""The SAP connector against the emulated tenant, into a real warehouse."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.contracts import Window
from pipelines.load import ExtractReport, extract_system
from pipelines.sap_s4hana import VENDOR, open_session, resources
from pipelines.sap_s4hana.resources import behind, bounds_of, plain
from tests.unit.vendors_sap_s4hana.sap_tenant import BASE_URL, Tenant, sap_system
from tests.unit.vendors_sap_s4hana.test_sap_emulator import message, work
from tieout.config import Home, load_firm
from tieout.domain.errors import AuthenticationFailed, ConfigError, ContractError, SystemUnreachable
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.sandbox.vendors.base import TOKENS

ROOT = Path(__file__).parents[3]
FIRM = """
firm: {{id: meridian, name: Meridian, reporting_currency: USD}}
entities: [{{id: US01, name: Meridian Inc, functional_currency: USD}}]
systems:
  - id: sap_us
    vendor: sap_s4hana
    roles: [erp]
    base_url: {url}
    secrets: {{username: "file:username", password: "file:password"}}
    options: {options}
"""


class Bench:
    """The tenant and a warehouse to extract it into."""

    def __init__(self, tenant: Tenant, folder: Path) -> None:
        self.tenant, self.folder, self.home = tenant, folder / "firm", Home(folder / "home")
        self.folder.mkdir()
        self.options = "{}"

    def firm(self) -> Any:
        text = FIRM.format(url=BASE_URL, options=self.options)
        (self.folder / "firm.yml").write_text(text, encoding="utf-8")
        for name, value in TOKENS["sap_s4hana"].items():
            (self.folder / name).write_text(value, encoding="utf-8")
        return load_firm(self.folder)

    def extract(self) -> ExtractReport:
        firm = self.firm()
        with mounted(BASE_URL, self.tenant.app):
            return extract_system(
                firm, firm.systems[0], self.home, self.tenant.moment, SilentProgress()
            )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = duckdb.connect(str(self.home.warehouse), read_only=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


@pytest.fixture
def bench(tenant: Tenant, tmp_path: Path) -> Bench:
    return Bench(tenant, tmp_path)


def read(tenant: Tenant, folder: Path, **options: Any) -> list[dict[str, Any]]:
    """Items as the connector reads them, without a warehouse."""
    system = sap_system(folder, **options)
    with mounted(BASE_URL, tenant.app):
        session = open_session(system)
        session._sleep = lambda _: None
        extractor = VENDOR.extractor(system, session, tenant.moment)
        pages = extractor.pages(VENDOR.table("journal_items"), Window())
        return [record for page in pages for record in page.records]


def test_items_land_typed_and_a_second_run_lands_nothing(bench: Bench) -> None:
    bench.tenant.post(message(work(1, work_date=date(2026, 5, 29))))
    report = bench.extract()
    assert (report.tables["journal_items"].landed, report.quarantined) == (2, 0)
    key = work(1)["posting_key"]
    assert bench.rows(
        "select id, posting_date, document_date, gl_account, debit_credit_code, amount, currency,"
        " header_text, item_text, is_reversed, last_change_date"
        " from raw_sap_us.journal_items order by id"
    ) == [
        ("US01|2026|0100000000|001", date(2026, 6, 15), date(2026, 5, 29), "5100", "S",
         Decimal(600), "USD", "7.5h 1387.5USD", key, False, None),
        ("US01|2026|0100000000|002", date(2026, 6, 15), date(2026, 5, 29), "2100", "H",
         Decimal(-600), "USD", "7.5h 1387.5USD", "", False, None),
    ]  # fmt: skip
    bench.tenant.wait(3600)
    assert bench.extract().landed == 0


def test_a_reversal_becomes_a_new_version_and_new_items(bench: Bench) -> None:
    bench.tenant.post(message(work(1)))
    bench.extract()
    bench.tenant.reverse(100_000_000)
    bench.tenant.wait(3600)
    assert bench.extract().landed == 4
    assert bench.rows(
        "select accounting_document, count(*), sum(cast(is_reversed as int)),"
        " sum(cast(is_reversal as int)) from raw_sap_us.journal_items group by 1 order by 1"
    ) == [("0100000000", 4, 2, 0), ("0100000001", 2, 0, 2)]


def test_pages_start_behind_the_last_key(
    tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "PER_PAGE", 3)
    tenant.post(message(*(work(n) for n in range(5))))
    records = read(tenant, tmp_path)
    assert (
        len({(row["AccountingDocument"], row["AccountingDocumentItem"]) for row in records}) == 10
    )
    tenant.fault("duplicate_page", "Cube", after=1)
    with pytest.raises(SystemUnreachable, match="comes behind"):
        read(tenant, tmp_path)


def test_options_restrict_what_is_read(tenant: Tenant, tmp_path: Path) -> None:
    other = message(work(2)).replace(b"TIEOUT", b"PSHAW")
    tenant.post(message(work(1), work(3, accounting_date=date(2026, 7, 1))))
    tenant.post(other)
    chosen = read(tenant, tmp_path, controlled_accounts="5100, 6100")
    assert sorted(row["GLAccount"] for row in chosen) == ["2100", "2100", "5100", "5100", "5100"]
    july = read(tenant, tmp_path, first_day="2026-07-01")
    assert {row["PostingDate"] for row in july} == {"2026-07-01"}


@pytest.mark.parametrize("kind", ["html", "ok_with_error", "truncated"])
def test_an_answer_that_is_no_page_is_refused(tenant: Tenant, tmp_path: Path, kind: str) -> None:
    tenant.fault(kind, "Cube")
    with pytest.raises(SystemUnreachable, match="outage or login page"):
        read(tenant, tmp_path)


def test_wrong_credentials_and_missing_properties_are_told_apart(
    tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant.fault("unauthorized", "Cube")
    with pytest.raises(AuthenticationFailed):
        read(tenant, tmp_path)
    monkeypatch.setattr(
        "tieout.sandbox.vendors.sap_s4hana_odata.PROPERTIES", frozenset({"CompanyCode"})
    )
    with pytest.raises(ContractError, match="not found in type"):
        read(tenant, tmp_path)


@pytest.mark.parametrize(
    "options", [{"controlled_accounts": "5100' or 1 eq 1"}, {"first_day": "June"}]
)
def test_an_option_that_cannot_be_used_is_refused(tmp_path: Path, options: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        bounds_of(sap_system(tmp_path, **options))


def test_keys_are_compared_part_by_part() -> None:
    assert behind(["A", "B"], ["x", "it's"]) == ["((A gt 'x') or (A eq 'x' and B gt 'it''s'))"]


def test_days_are_plain_and_other_texts_stay() -> None:
    assert plain({"__metadata": {}, "A": "/Date(1781481600000)/", "B": "/Date(x)/", "C": None}) == {
        "A": "2026-06-15",
        "B": "/Date(x)/",
        "C": None,
    }


def test_the_module_runs_alone_and_says_what_it_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.sap_s4hana", "--help"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "--firm" in done.stdout
