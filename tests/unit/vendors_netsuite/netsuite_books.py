"""A firm of two workers whose NetSuite account is small enough to know every row of.

Here: the firm's records and a signed client of the emulated account. Not here: the fixtures
(`conftest` of the NetSuite rooms).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from requests_oauthlib import OAuth1

from tieout.domain.keys import posting_key
from tieout.http import ApiSession
from tieout.http.session import Limits
from tieout.sandbox.firm.firm import SandboxFirm
from tieout.sandbox.firm.ledger import (
    Account,
    AccountingPeriod,
    AccountMapping,
    Charge,
    ErpLine,
    FxRate,
    Invoice,
)
from tieout.sandbox.firm.master import Client, Currency, LegalEntity, Project, Worker
from tieout.sandbox.vendors.base import TOKENS

BASE_URL = "http://netsuite.test/netsuite"
QUERY = "services/rest/query/v1/suiteql"
RECORD = "services/rest/record/v1"
NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)
POSTED = datetime(2026, 6, 20, 12, tzinfo=UTC)


def history_key(number: int) -> str:
    """Posting key of the history line with that number."""
    return posting_key(
        "meridian", "netsuite", "harvest_us", str(636709000 + number), 1781690000000000, "cost"
    )


def worker(number: int, **changes: Any) -> Worker:
    plain = Worker(
        worker_id=f"W-{number:04d}",
        changed_at=MADE,
        created_at=MADE,
        first_name="Ada",
        last_name=f"Nguyen {number}",
        email=f"ada.{number}@meridian.example",
        worker_type="employee",
        legal_entity_id="US01",
        job_title="Consultant",
        department="Delivery",
        hired_date=date(2024, 1, 8),
        terminated_date=None,
        cost_rate=Decimal("62.50"),
        default_bill_rate=Decimal("185.00"),
        manager_worker_id=None,
        bamboohr_id=str(100 + number),
        harvest_user_id=1782000 + number,
        harvest_email=f"ada.{number}@meridian.example",
        kantata_user_id=None,
        concur_login=None,
        netsuite_employee_id=str(1200 + number),
        is_in_tryton=False,
    )
    return replace(plain, **changes)


def client(number: int, **changes: Any) -> Client:
    plain = Client(
        client_id=f"C-{number:02d}",
        changed_at=MADE,
        created_at=MADE,
        name=f"Client {number}",
        currency_code="USD",
        legal_entity_id="US01",
        is_active=True,
        harvest_client_id=5735000 + number,
        kantata_group_id=None,
        netsuite_customer_id=str(3400 + number),
    )
    return replace(plain, **changes)


def project(number: int, **changes: Any) -> Project:
    plain = Project(
        project_id=f"P-{number}",
        changed_at=MADE,
        created_at=MADE,
        name=f"Project {number}",
        client_id="C-01",
        legal_entity_id="US01",
        billing_model="time_and_materials",
        contract_currency_code="USD",
        cap_amount=None,
        fee_amount=None,
        is_billable=True,
        is_active=True,
        kantata_status="Active",
        start_date=date(2026, 1, 1),
        end_date=None,
        manager_worker_id="W-0001",
        kantata_workspace_id=str(number),
        harvest_project_id=14307000 + number,
        netsuite_job_id=str(5600 + number),
        is_active_netsuite=True,
        is_in_tryton=False,
        is_active_tryton=False,
    )
    return replace(plain, **changes)


def period(month: int, status: str, **changes: Any) -> AccountingPeriod:
    start = date(2026, month, 1)
    plain = AccountingPeriod(
        erp_system="netsuite",
        legal_entity_id="US01",
        accounting_period_id=f"2026-{month:02d}",
        changed_at=MADE,
        created_at=MADE,
        start_date=start,
        end_date=date(2026, month + 1, 1) - timedelta(days=1),
        status=status,
        netsuite_period_id=str(300 + month),
    )
    return replace(plain, **changes)


def line(number: int, **changes: Any) -> ErpLine:
    """A time bill of 7.5 hours on June 15 that the earlier integration posted."""
    plain = ErpLine(
        erp_system="netsuite",
        erp_line_id=str(50000 + number),
        record_type="time_bill",
        external_id=history_key(number),
        changed_at=POSTED + timedelta(minutes=number),
        created_at=POSTED + timedelta(minutes=number),
        memo="Design review",
        legal_entity_id="US01",
        worker_id="W-0001",
        project_id="P-1",
        task_name="Build",
        work_date=date(2026, 6, 15),
        accounting_date=date(2026, 6, 15),
        accounting_period_id="2026-06",
        is_posted=True,
        is_billable=True,
        hours=Decimal("7.5"),
        cost_amount=Decimal("468.75"),
        functional_currency_code="USD",
        bill_rate=Decimal("185.00"),
        bill_amount=Decimal("1387.50"),
        contract_currency_code="USD",
        bill_amount_functional=Decimal("1387.50"),
        debit_account_code="5000",
        credit_account_code="2200",
        wip_account_code=None,
        accrued_revenue_account_code=None,
        created_by="earlier integration",
        entry_id=f"harvest_us:{636709000 + number}",
    )
    return replace(plain, **changes)


def journal(number: int, **changes: Any) -> ErpLine:
    """A manual journal of 250.00 in the labour cost account."""
    plain = line(
        number,
        record_type="journal_entry",
        external_id=None,
        memo="Correction by hand",
        worker_id=None,
        project_id=None,
        work_date=None,
        hours=Decimal(0),
        cost_amount=Decimal("250.00"),
        is_billable=False,
        bill_rate=None,
        bill_amount=Decimal(0),
        bill_amount_functional=Decimal(0),
        contract_currency_code=None,
        created_by="m.ross",
        entry_id=None,
    )
    return replace(plain, **changes)


def invoice(number: int, **changes: Any) -> Invoice:
    plain = Invoice(
        invoice_id=str(81000 + number),
        invoice_number=f"INV-{number}",
        kind="invoice",
        changed_at=POSTED + timedelta(days=10),
        created_at=POSTED + timedelta(days=10),
        client_id="C-01",
        project_id="P-1",
        legal_entity_id="US01",
        invoice_date=date(2026, 6, 30),
        accounting_period_id="2026-06",
        currency_code="USD",
        is_issued=True,
        total=Decimal("1387.50"),
    )
    return replace(plain, **changes)


def charge(number: int, **changes: Any) -> Charge:
    plain = Charge(
        charge_id=str(92000 + number),
        changed_at=POSTED + timedelta(days=10),
        created_at=POSTED + timedelta(days=10),
        erp_line_id=str(50000 + number),
        invoice_id=str(81000 + number),
        invoice_number=f"INV-{number}",
        invoice_line=1,
        project_id="P-1",
        stage="PROCESSED",
        hours=Decimal("7.5"),
        rate=Decimal("185.00"),
        amount=Decimal("1387.50"),
        currency_code="USD",
    )
    return replace(plain, **changes)


def entity(entity_id: str, country: str, currency: str, subsidiary: str | None) -> LegalEntity:
    return LegalEntity(
        legal_entity_id=entity_id,
        name=f"Meridian {entity_id}",
        country_code=country,
        functional_currency_code=currency,
        time_zone="UTC",
        time_system="harvest_us",
        erp_system="netsuite" if subsidiary else "tryton_uk",
        netsuite_subsidiary_id=subsidiary,
        bamboohr_division=entity_id,
    )


def small_firm(**changes: Any) -> SandboxFirm:
    """May closed, June and July open; four lines: two billed (one credited), one draft, one not."""
    given: dict[str, Any] = dict.fromkeys(
        [
            "tasks",
            "assignments",
            "rate_cards",
            "cost_rates",
            "milestones",
            "time_entries",
            "submissions",
            "approval_events",
            "expense_reports",
            "expense_entries",
            "account_mappings",
        ],
        (),
    )
    fx = FxRate("EUR", "USD", date(2026, 6, 15), Decimal("1.0842"), MADE, "7001")
    given |= {
        "currencies": (Currency("USD", "US dollar", "$", "1"), Currency("EUR", "Euro", "E", "4")),
        "entities": (
            entity("US01", "US", "USD", "2"),
            entity("IN01", "IN", "USD", "3"),
            entity("UK01", "GB", "GBP", None),
        ),
        "accounts": (
            Account("netsuite", "5000", "Labour cost", "expense", "201"),
            Account("netsuite", "2200", "Labour clearing", "liability", "202"),
            Account("netsuite", "6100", "Travel", "expense", "203"),
            Account("netsuite", "2300", "Expenses payable", "liability", "204"),
        ),
        "account_mappings": (AccountMapping("US01", "netsuite", "labour_cost", "5000"),),
        "workers": (worker(1), worker(2, terminated_date=date(2026, 6, 30))),
        "clients": (client(1), client(2, currency_code="EUR")),
        "projects": (
            project(1),
            project(2, is_active_netsuite=False),
            project(3, client_id="C-02", contract_currency_code="EUR"),
        ),
        "periods": (
            period(5, "closed", changed_at=datetime(2026, 6, 10, tzinfo=UTC)),
            period(6, "open"),
            period(7, "open"),
        ),
        "fx_rates": (fx,),
        "erp_lines": (line(1), line(2), line(3), line(4), journal(5)),
        "invoices": (
            invoice(1),
            invoice(2, is_issued=False),
            invoice(3, invoice_id="81003", invoice_number="INV-3"),
            invoice(4, kind="credit_memo", invoice_number="CM-4", total=Decimal("-1387.50")),
        ),
        "charges": (
            charge(1),
            charge(2),
            charge(3),
            charge(
                4, erp_line_id="50003", hours=Decimal("-7.5"), amount=Decimal("-1387.50"),
                invoice_number="CM-4",
            ),
        ),
    }  # fmt: skip
    given |= {
        "firm_id": "meridian",
        "name": "Meridian Consulting",
        "reporting_currency_code": "USD",
        "seed": 1,
        "size": 2,
        "months": 1,
        "last_month": "2026-06",
        "period_id": "2026-06",
        "now": NOW,
        **changes,
    }
    names = SandboxFirm.__dataclass_fields__
    if "later" in names and "later" not in given:
        given["later"] = NOW + timedelta(days=7)
    return SandboxFirm(**given)


def signed(**changes: str) -> OAuth1:
    """Token-based authentication with the sandbox's credentials, some of them changed."""
    secrets = {**TOKENS["netsuite"], **changes}
    return OAuth1(
        secrets["consumer_key"],
        client_secret=secrets["consumer_secret"],
        resource_owner_key=secrets["token_id"],
        resource_owner_secret=secrets["token_secret"],
        signature_method=changes.get("signature_method", "HMAC-SHA256"),
        realm=secrets["account"],
        decoding=None,
    )


ANY_STATUS = frozenset({400, 401, 403, 404, 405, 429, 500})


class Caller:
    """A client that signs and never interprets: answers come back whatever their status."""

    def __init__(self, *, base_url: str = BASE_URL, **changes: str) -> None:
        self._session = ApiSession(
            "netsuite",
            base_url,
            auth=signed(**changes),
            limits=Limits(attempts=1),
            sleep=lambda seconds: None,
        )

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._session.request(
            method, path, json=body, headers=named, accept=ANY_STATUS, retry=False
        )

    def query(self, text: str, **parameters: int) -> Any:
        """The answer to one SuiteQL query."""
        joined = "&".join(f"{name}={value}" for name, value in parameters.items())
        return self("POST", f"{QUERY}?{joined}", {"q": text}, Prefer="transient")

    def rows(self, text: str) -> list[dict[str, Any]]:
        """The first page of a query, without the links of each row."""
        items = self.query(text).json()["items"]
        return [{name: item[name] for name in item if name != "links"} for item in items]


def time_bill(**changes: Any) -> dict[str, Any]:
    """The properties of a time bill that saves."""
    return {
        "employee": {"id": "1201"},
        "customer": {"id": "5601"},
        "tranDate": "2026-06-30",
        "hours": "2.5",
        "isBillable": True,
        "memo": "Workshop",
        "custcol_tieout_cost": "156.25",
        "custcol_tieout_bill": "462.50",
        "custcol_tieout_currency": "USD",
        "custcol_tieout_work_date": "2026-06-29",
        **changes,
    }


def journal_entry(amount: str = "120.00", **changes: Any) -> dict[str, Any]:
    """The properties of a journal that saves."""
    return {
        "subsidiary": {"id": "2"},
        "tranDate": "2026-06-30",
        "memo": "Taxi",
        "line": {
            "items": [
                {"account": {"id": "203"}, "debit": amount, "entity": {"id": "5601"}},
                {"account": {"id": "204"}, "credit": amount},
            ]
        },
        **changes,
    }
