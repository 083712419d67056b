"""The emulated SAP Concur v3 answers as the vendor's Swagger and official samples say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import simplejson

# Field names and example values of the vendor's official sample of one report.
SAMPLE_REPORT: dict[str, Any] = {
    "Name": "Canadian Tax", "Total": 1900, "CurrencyCode": "CAD", "Country": "CA",
    "CountrySubdivision": "CA-BC", "CreateDate": "2013-09-02T19:05:57.687",
    "SubmitDate": "2013-09-02T19:18:35.537", "ProcessingPaymentDate": "2013-09-02T19:40:48.533",
    "PaidDate": "2013-09-02T19:46:01.57", "ReceiptsReceived": False,
    "UserDefinedDate": "2013-09-02T00:00:00", "LastComment": "",
    "OwnerLoginID": "CAtraveler@concurconnect2.com", "OwnerName": "Canadian Traveler",
    "ApproverLoginID": None, "ApproverName": None, "ApprovalStatusName": "Approved",
    "ApprovalStatusCode": "A_APPR", "PaymentStatusName": "Sent for Payment",
    "PaymentStatusCode": "P_PAID", "LastModifiedDate": "2013-09-02T19:46:01.98",
    "PersonalAmount": 0, "AmountDueEmployee": 1500, "AmountDueCompanyCard": 0,
    "TotalClaimedAmount": 1900, "TotalApprovedAmount": 1900, "LedgerName": "DEFAULT",
    "PolicyID": "gWmINGEAkQoamAzOARD9NEBtuv0ppnbJ4lQ", "EverSentBack": False,
    "HasException": False, "WorkflowActionUrl": "http://www.concursolutions.com/api/v3.0/",
    **dict.fromkeys(f"OrgUnit{n}" for n in range(1, 7)),
    **dict.fromkeys(f"Custom{n}" for n in range(1, 21)),
    "ID": "F4F027007E814C1CA70E",
    "URI": "https://www.concursolutions.com/api/v3.0/expense/reports/F4F027007E814C1CA70E",
}  # fmt: skip


def items(answer: Any) -> list[dict[str, Any]]:
    return simplejson.loads(answer.text, use_decimal=True)["Items"]


def reports(concur: Any, **query: Any) -> set[int]:
    return {int(row["ID"], 16) for row in items(concur.get("expense/reports", user="ALL", **query))}


def test_a_report_has_the_fields_of_the_official_sample_in_their_order(concur: Any) -> None:
    shown = items(concur.get("expense/reports", user="ALL"))
    assert [list(row) for row in shown] == [list(SAMPLE_REPORT)] * 5
    approved = next(row for row in shown if row["ApprovalStatusCode"] == "A_APPR")
    for name, sample in SAMPLE_REPORT.items():
        if isinstance(sample, str | bool) and approved[name] is not None:
            assert type(approved[name]) is type(sample), name
    assert approved["ProcessingPaymentDate"] == "2026-06-22T09:30:15"
    assert (approved["PaymentStatusCode"], approved["PaidDate"]) == ("P_PROC", None)


def test_amounts_are_written_without_trailing_zeros(concur: Any) -> None:
    text = concur.get("expense/entries", user="ALL").text
    assert '"PostedAmount":12500.8,"ApprovedAmount":12000,' in text
    assert '"TransactionAmount":150.25' in text


def test_instants_carry_no_zone_and_no_more_digits_than_they_have(
    concur: Any, make_firm: Any, make_report: Any
) -> None:
    odd = datetime(2026, 6, 22, 9, 30, 15, 570000, tzinfo=UTC)
    concur.show(make_firm(expense_reports=(make_report(1, changed_at=odd),)))
    assert (
        items(concur.get("expense/reports", user="ALL"))[0]["LastModifiedDate"]
        == "2026-06-22T09:30:15.57"
    )


def test_an_entry_carries_the_project_in_its_custom_field(concur: Any) -> None:
    shown = items(concur.get("expense/entries", user="ALL"))
    assert shown[0]["Custom1"]["Code"] == "P-1001"
    assert set(shown[0]["Custom1"]) == {"Type", "Value", "Code", "ListItemID"}
    assert shown[2]["Custom1"] is None
    assert (shown[3]["PaymentTypeName"], shown[3]["CompanyCardTransactionID"]) == (
        "Company Paid", "gWcgWid0000000004",
    )  # fmt: skip


def test_lists_come_by_twenty_five_unless_asked_and_by_a_hundred_at_most(
    concur: Any, make_firm: Any, make_item: Any
) -> None:
    concur.show(make_firm(expense_entries=tuple(make_item(n) for n in range(1, 131))))
    assert len(items(concur.get("expense/entries", user="ALL"))) == 25
    body = concur.get("expense/entries", user="ALL", limit=1000).json
    assert len(body["Items"]) == 100
    link = urlsplit(body["NextPage"])
    rest = concur.get(
        link.path.removeprefix("/api/v3.0/"), **{k: v[0] for k, v in parse_qs(link.query).items()}
    )
    assert (len(rest.json["Items"]), rest.json["NextPage"]) == (30, None)
    assert not {row["ID"] for row in rest.json["Items"]} & {row["ID"] for row in body["Items"]}


def test_the_link_to_the_next_page_keeps_the_query_and_survives_a_deletion(
    concur: Any, make_firm: Any
) -> None:
    body = concur.get("expense/reports", user="ALL", limit=2, modifiedDateAfter="2026-01-01").json
    query = {k: v[0] for k, v in parse_qs(urlsplit(body["NextPage"]).query).items()}
    assert (query["user"], query["limit"], query["modifiedDateAfter"]) == ("ALL", "2", "2026-01-01")
    concur.show(make_firm(expense_reports=make_firm().expense_reports[1:]))
    following = {row["ID"] for row in items(concur.get("expense/reports", **query))}
    assert following == {f"{2:020X}", f"{3:020X}"} - {row["ID"] for row in body["Items"]} | {
        f"{3:020X}"
    }


def test_without_a_user_the_list_is_the_consumers_own(concur: Any) -> None:
    assert items(concur.get("expense/reports")) == []
    assert items(concur.get("expense/entries")) == []
    own = items(concur.get("expense/reports", user="ravi.2@meridian.example"))
    assert [int(row["ID"], 16) for row in own] == [5]


def test_reports_are_filtered_by_state_and_dates(concur: Any) -> None:
    assert reports(concur, approvalStatusCode="A_APPR") == {1, 5}
    assert reports(concur, approvalStatusCode="A_PEND,A_RESU") == {2, 4}
    assert reports(concur, modifiedDateAfter="2026-06-20") == {1, 5}
    assert reports(concur, modifiedDateAfter="2026-06-22T09:30:15") == set()
    assert reports(concur, modifiedDateBefore="2026-06-20") == {2, 3, 4}
    assert reports(concur, submitDateAfter="2026-06-19") == {1, 2, 4, 5}
    assert reports(concur, createDateAfter="2026-06-01") == {1, 2, 3, 4}
    assert reports(concur, entryTransactionDateAfter="2026-05-31") == {1, 2, 3, 4}
    assert reports(concur, entryTransactionDateBefore="2026-05-31") == {5}
    assert reports(concur, paymentStatusCode="P_NOTP") == {2, 3, 4}
    assert reports(concur, nobody_knows="this") == {1, 2, 3, 4, 5}


def test_entries_are_filtered_by_report_and_kind(concur: Any) -> None:
    of_report = items(concur.get("expense/entries", user="ALL", reportID=f"{1:020X}"))
    assert [row["ID"][-1] for row in of_report] == ["1", "2", "3", "4"]
    assert len(items(concur.get("expense/entries", user="ALL", isBillable="false"))) == 1


def test_single_records_are_found_by_id(concur: Any) -> None:
    assert (
        concur.get(f"expense/reports/{2:020X}", user="ALL").json["ApprovalStatusCode"] == "A_PEND"
    )
    assert concur.get("expense/entries/gWid0000000007", user="ALL").json["ReportID"] == f"{4:020X}"
    missing = concur.get(f"expense/reports/{99:020X}", user="ALL")
    assert (missing.status_code, list(missing.json)) == (404, ["Message"])


def test_users_are_listed_active_or_not(concur: Any) -> None:
    shown = items(concur.get("common/users"))
    assert [(row["LoginID"], row["EmployeeID"], row["Active"]) for row in shown] == [
        ("ravi.1@meridian.example", "W-0001", True),
        ("ravi.2@meridian.example", "W-0002", False),
    ]
    assert len(items(concur.get("common/users", active="true"))) == 1


@pytest.mark.parametrize(
    "query", [{"limit": "abc"}, {"limit": "0"}, {"offset": "!"}, {"modifiedDateAfter": "banana"}]
)
def test_what_the_vendor_cannot_read_is_a_bad_request(concur: Any, query: dict[str, str]) -> None:
    answer = concur.get("expense/reports", user="ALL", **query)
    assert (answer.status_code, list(answer.json)) == (400, ["Message"])


def test_a_token_is_handed_out_for_the_refresh_token(concur: Any) -> None:
    body = concur.sign_in().json
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert {"access_token", "refresh_token", "scope", "geolocation"} <= set(body)


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"refresh_token": "wrong"}, 400, "invalid_grant"),
        ({"grant_type": "banana"}, 400, "unsupported_grant_type"),
    ],
)
def test_wrong_credentials_get_no_token(
    concur: Any, change: dict[str, str], status: int, error: str
) -> None:
    answer = concur.sign_in(**change)
    assert (answer.status_code, answer.json["error"]) == (status, error)


def test_a_token_is_good_for_an_hour(concur: Any) -> None:
    assert concur.get("common/users").status_code == 200
    concur.seconds = 3599
    assert concur.get("common/users").status_code == 200
    concur.seconds = 3600
    refused = concur.get("common/users")
    assert (refused.status_code, list(refused.json)) == (401, ["Message"])


def test_the_site_shows_each_instant_as_it_was(concur: Any, make_firm: Any) -> None:
    old = make_firm()
    entry = old.expense_entries[0]
    later = datetime(2026, 7, 1, tzinfo=UTC)
    edited = replace(entry, approved_amount=Decimal(1), changed_at=later)
    concur.show(make_firm(expense_entries=(*old.expense_entries, edited)))

    def shown() -> Any:
        found = items(concur.get("expense/entries", user="ALL"))
        return next(row["ApprovedAmount"] for row in found if row["ID"] == entry.entry_id_concur)

    assert shown() == 1
    concur.now = datetime(2026, 6, 30, tzinfo=UTC)
    assert shown() == 12000
