"""Lists, login and limits of the emulated company, and the company of the sample firm."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.business_central.auth import BusinessCentralSession
from tests.unit.vendors_business_central.small_company import (
    HOST,
    NOW,
    Company,
    business_central_system,
)
from tests.unit.vendors_business_central.test_business_central_emulator import add, journal, post
from tests.unit.vendors_netsuite.netsuite_books import small_firm
from tieout.domain.errors import AuthenticationFailed
from tieout.http import ApiSession, mounted
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.business_central import API_ROOT, create_app
from tieout.sandbox.vendors.business_central_auth import SCOPE
from tieout.sandbox.vendors.business_central_master import COMPANY_ID, master_of

# -- lists, login, limits ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ("documentNumber eq 'DOC1'", [1, 2]),
        ("documentNumber eq 'doc''s' or accountNumber eq '2100'", [2]),
        ("accountNumber eq '5100' and debitAmount gt 50", [1]),
        ("postingDate lt 2026-06-15", []),
        ("lastModifiedDateTime ge 2026-07-03T06:00:00Z", [1, 2]),
        ("lastModifiedDateTime gt 2026-07-03T06:00:00Z", []),
    ],
)
def test_lists_are_filtered(company: Company, wanted: str, numbers: list[int]) -> None:
    made = journal(company)
    add(company, made)
    post(company, made)
    answer = company.ask("GET", "generalLedgerEntries", params={"$filter": wanted})
    assert [entry["entryNumber"] for entry in answer[1]["value"]] == numbers


@pytest.mark.parametrize("wanted", ["nothing eq 1", "documentNumber is 'X'", "contains(x,'y')"])
def test_a_filter_that_is_not_understood_is_refused(company: Company, wanted: str) -> None:
    made = journal(company)
    add(company, made)
    post(company, made)
    assert company.ask("GET", "generalLedgerEntries", params={"$filter": wanted})[0] == 400


def test_pages_are_linked_until_the_last(company: Company) -> None:
    company.restart(page_max=2)
    with mounted(HOST, company.app):
        page = company.session().get_json(f"companies({COMPANY_ID})/accounts")
        assert len(page["value"]) == 2
        seen = list(page["value"])
        for _ in range(10):
            if "@odata.nextLink" not in page:
                break
            page = company.session().get_json(page["@odata.nextLink"])
            seen += page["value"]
    assert len({row["number"] for row in seen}) == 9


def test_a_request_without_a_live_token_is_refused(company: Company) -> None:
    clock = [0.0]
    company.restart(monotonic=lambda: clock[0])
    with mounted(HOST, company.app):
        session = company.session()
        session.get_json("companies")
        bare = ApiSession("bc", HOST + API_ROOT)
        with pytest.raises(AuthenticationFailed):
            bare.get_json("companies")
        clock[0] += 3601  # the session still trusts its token: it is renewed once
        assert session.get_json("companies")["value"][0]["id"] == COMPANY_ID


@pytest.mark.parametrize(
    "form",
    [
        {"client_secret": "wrong"},
        {"grant_type": "password"},
        {"scope": "https://graph.microsoft.com/.default"},
    ],
)
def test_a_token_is_for_the_right_client_only(company: Company, form: dict[str, str]) -> None:
    right = {
        "grant_type": "client_credentials", "scope": SCOPE, **TOKENS["business_central"]
    }  # fmt: skip
    path = "/business_central/sandbox/oauth2/v2.0/token"
    assert company.http.post(path, data=right).status_code == 200
    assert company.http.post(path, data={**right, **form}).status_code in (400, 401)


def test_a_wrong_secret_is_told_as_such(company: Company, tmp_path: Path) -> None:
    system = business_central_system(tmp_path)
    (tmp_path / "client_secret").write_text("wrong", encoding="utf-8")
    with (
        mounted(HOST, company.app),
        pytest.raises(AuthenticationFailed, match="refused the client"),
    ):
        BusinessCentralSession(system).get_json("companies")


def test_more_requests_than_five_minutes_hold_are_refused(company: Company) -> None:
    company.restart(requests_max=2)
    answers = [company.ask("GET", "employees")[0] for _ in range(2)]
    status, body = company.ask("GET", "employees")
    assert (answers, status) == ([200, 200], 429)
    assert body["error"]["code"] == "Application_TooManyRequests"


# -- the sample firm -----------------------------------------------------------------------------


def test_the_company_of_a_firm_is_that_of_its_first_legal_entity(tmp_path: Path) -> None:
    firm = small_firm()
    master = master_of(firm, NOW)
    entity = firm.at(NOW).entities[0]
    assert (master.name, master.currency_code) == (entity.name, entity.functional_currency_code)
    assert {row["number"] for row in master.shown("employees")} <= {
        worker.worker_id for worker in firm.at(NOW).workers
    }
    with mounted(HOST, create_app(firm, lambda: NOW, tmp_path / "state")):
        session = BusinessCentralSession(business_central_system(tmp_path))
        setup = session.get_json(f"companies({COMPANY_ID})/generalLedgerSetup")["value"][0]
    assert setup["localCurrencyCode"] == entity.functional_currency_code
    opened = [date.fromisoformat(row["startingDate"]) for row in master.shown("accountingPeriods")
              if not row["closed"]]  # fmt: skip
    assert setup["allowPostingFrom"] == min(opened).isoformat()


DOCUMENTED = {
    "accountingPeriods": "id startingDate name newFiscalYear closed dateLocked lastModifiedDateTime",
    "currencyExchangeRates": "id currencyCode startingDate exchangeRateAmount "
    "relationalCurrencyCode relationalExchangeRateAmount lastModifiedDateTime",
    "employees": "id number displayName givenName surname jobTitle email employmentDate "
    "terminationDate status lastModifiedDateTime",
    "generalLedgerSetup": "id allowPostingFrom allowPostingTo additionalReportingCurrency "
    "localCurrencyCode lastModifiedDateTime",
    "projects": "id number displayName lastModifiedDateTime",
}
"""List -> properties that the vendor's API pages have (and this emulator shows)."""


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
def test_a_list_shows_properties_of_the_vendors_pages_only(company: Company, name: str) -> None:
    _, answer = company.ask("GET", name)
    assert {property_ for row in answer["value"] for property_ in row} == set(
        DOCUMENTED[name].split()
    )
