"""The emulated company behaves as the vendor's documents and source say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.vendors_business_central.small_company import (
    HOST,
    Company,
)
from tieout.http import mounted
from tieout.sandbox.vendors.business_central_master import COMPANY_ID

LINE: dict[str, Any] = {
    "accountNumber": "5100",
    "postingDate": "2026-06-15",
    "documentNumber": "doc1",
    "amount": 100,
    "balancingAccountNumber": "2100",
}


def journal(company: Company, code: str = "TEST") -> str:
    status, made = company.ask("POST", "journals", json={"code": code, "displayName": "Test"})
    assert status == 201
    return str(made["id"])


def add(company: Company, journal_id: str, **changes: Any) -> tuple[int, Any]:
    answer: tuple[int, Any] = company.ask(
        "POST", f"journals({journal_id})/journalLines", json={**LINE, **changes}
    )
    return answer


def post(company: Company, journal_id: str) -> tuple[int, Any]:
    answer: tuple[int, Any] = company.ask(
        "POST", f"journals({journal_id})/Microsoft.NAV.post", json={}
    )
    return answer


def text_of(answer: tuple[int, Any]) -> str:
    status, body = answer
    assert status in (400, 404, 409)
    return str(body["error"]["message"])


# -- journals ------------------------------------------------------------------------------------


def test_a_line_shows_the_properties_of_the_documents(company: Company) -> None:
    status, line = add(company, journal(company), externalDocumentNumber="e-1", comment="note")
    assert status == 201
    shown = {name: line[name] for name in ("lineNumber", "accountType", "documentNumber", "amount")}
    assert shown == {
        "lineNumber": 10000, "accountType": "G/L Account", "documentNumber": "DOC1", "amount": 100
    }  # fmt: skip
    documented = {
        "id", "journalId", "journalDisplayName", "lineNumber", "accountType", "accountId",
        "accountNumber", "postingDate", "documentNumber", "externalDocumentNumber", "amount",
        "description", "comment", "taxCode", "balanceAccountType", "balancingAccountNumber",
        "lastModifiedDateTime",
    }  # fmt: skip
    assert set(line) == documented


def test_posting_empties_the_journal_and_two_entries_stand_in_the_ledger(company: Company) -> None:
    made = journal(company)
    add(company, made)
    assert post(company, made) == (204, None)
    assert company.ask("GET", f"journals({made})/journalLines")[1]["value"] == []
    assert [
        (entry["entryNumber"], entry["accountNumber"], entry["debitAmount"], entry["creditAmount"])
        for entry in company.entries()
    ] == [(1, "5100", 100, 0), (2, "2100", 0, 100)]
    assert text_of(post(company, made)).startswith("There is nothing to post.")


def test_nothing_about_a_document_number_is_unique(company: Company) -> None:
    for code in ("ONE", "TWO"):
        made = journal(company, code)
        add(company, made)
        assert post(company, made)[0] == 204
    assert len(company.entries()) == 4


def test_one_bad_line_refuses_the_whole_journal_with_its_first_error(company: Company) -> None:
    made = journal(company)
    add(company, made)
    add(company, made, postingDate="2026-05-31")
    add(company, made, accountNumber="9100")
    assert "within your range of allowed posting dates" in text_of(post(company, made))
    assert company.entries() == []
    assert len(company.ask("GET", f"journals({made})/journalLines")[1]["value"]) == 3


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"accountNumber": "404"}, 'The "accountNumber" does not match to an Account.'),
        ({"documentNumber": "D" * 21}, "must be less than or equal to 20 characters"),
        ({"description": "D" * 101}, "must be less than or equal to 100 characters"),
        ({"accountType": "Customer"}, "is not a valid Microsoft.NAV.genJournalAccountType"),
        ({"jobNumber": "J10"}, "The property 'jobNumber' does not exist"),
        ({"postingDate": "15.06.2026"}, "Edm.Date"),
        ({"amount": "much"}, "Edm.Decimal"),
    ],
)
def test_a_line_is_refused_with_the_words_of_its_fault(
    company: Company, changes: dict[str, Any], text: str
) -> None:
    assert text in text_of(add(company, journal(company), **changes))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"amount": 0}, "Amount must have a value in Gen. Journal Line"),
        ({"documentNumber": ""}, "Document No. must have a value"),
        ({"balancingAccountNumber": ""}, "is out of balance by 100.00"),
        ({"accountNumber": "9100"}, "Blocked must be equal to 'No' in G/L Account: No.=9100"),
        ({"accountNumber": "9200"}, "Direct Posting must be equal to 'Yes'"),
        ({"accountNumber": "9300"}, "Gen. Prod. Posting Group must have a value"),
    ],
)
def test_a_posting_is_refused_with_the_words_of_its_fault(
    company: Company, changes: dict[str, Any], text: str
) -> None:
    made = journal(company)
    add(company, made, **changes)
    assert text in text_of(post(company, made))


def test_a_deleted_journal_takes_no_lines_and_cannot_be_posted(company: Company) -> None:
    made = journal(company)
    add(company, made)
    assert "If-Match" in text_of(company.ask("DELETE", f"journals({made})"))
    deleted = company.ask("DELETE", f"journals({made})", headers={"If-Match": "*"})
    assert deleted == (204, None)
    assert "Gen. Journal Batch does not exist" in text_of(add(company, made))
    assert "cannot be found" in text_of(post(company, made))
    assert company.entries() == []


def test_a_code_is_used_once_and_lines_want_their_journal(company: Company) -> None:
    journal(company)
    answer = company.ask("POST", "journals", json={"code": "test"})
    assert "already exists" in text_of(answer)
    assert answer[1]["error"]["code"] == "Internal_EntityWithSameKeyExists"
    assert "must specify a journal" in text_of(company.ask("GET", "journalLines"))


# -- batches -------------------------------------------------------------------------------------


def batch(company: Company, journal_id: str, *amounts: Any, **headers: str) -> Any:
    requests_ = [
        {
            "method": "POST", "id": f"r{n}",
            "url": f"companies({COMPANY_ID})/journals({journal_id})/journalLines",
            "headers": {"Content-Type": "application/json"}, "body": {**LINE, "amount": amount},
        }
        for n, amount in enumerate(amounts)
    ]  # fmt: skip
    with mounted(HOST, company.app):
        return company.session().post_json("$batch", {"requests": requests_}, headers=headers)


def test_a_transactional_batch_happens_as_a_whole_or_not_at_all(company: Company) -> None:
    made = journal(company)
    answer = batch(company, made, 1, "much", 3, Isolation="snapshot")
    assert [row["status"] for row in answer["responses"]] == [201, 400]
    assert company.ask("GET", f"journals({made})/journalLines")[1]["value"] == []
    answer = batch(company, made, 1, 2, Isolation="snapshot")
    assert [(row["id"], row["status"]) for row in answer["responses"]] == [("r0", 201), ("r1", 201)]


def test_a_plain_batch_keeps_what_went_before_the_refusal(company: Company) -> None:
    made = journal(company)
    batch(company, made, 1, "much", 3)
    kept = company.ask("GET", f"journals({made})/journalLines")[1]["value"]
    assert [line["amount"] for line in kept] == [1]


def test_an_amount_is_kept_to_the_cent(company: Company) -> None:
    _, line = add(company, journal(company), amount="-12.346")
    assert Decimal(str(line["amount"])) == Decimal("-12.35")
