"""The emulated NetSuite: records, their refusals, login, jobs, and that nothing saved is lost."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.test import Client as HttpClient
from werkzeug.wrappers import Response

from tieout.http import mounted
from tieout.sandbox.vendors import netsuite_journal, netsuite_timebill
from tieout.sandbox.vendors.netsuite import ConcurrencyLimit, create_app
from tieout.sandbox.vendors.netsuite_errors import Refusal
from tieout.sandbox.vendors.netsuite_history import History
from tieout.sandbox.vendors.netsuite_store import Store

PERIOD_TEXT = (
    "The transaction date you specified is not within the date range of your accounting period."
)
KEY = "meridian:netsuite:harvest_us:1:v1781690000000000:cost"
STRICT = {"X-NetSuite-PropertyNameValidation": "Error"}


def detail(answer: Any) -> tuple[int, str, str]:
    """Status, code and text of a refusal."""
    error = answer.json()["o:errorDetails"][0]
    return answer.status_code, error["o:errorCode"], error["detail"]


def put(books: Any, account: Any, key: str = KEY, **changes: Any) -> Any:
    return account("PUT", f"{books.RECORD}/timeBill/eid:{key}", books.time_bill(**changes))


def count(account: Any, where: str = "1 = 1") -> int:
    return int(account.rows(f"SELECT COUNT(*) AS n FROM timebill WHERE {where}")[0]["n"])


def test_an_upsert_of_a_new_external_id_makes_one_posted_time_bill(
    books: Any, account: Any
) -> None:
    answer = put(books, account)
    assert answer.status_code == 204
    saved = account("GET", answer.headers["Location"]).json()
    assert saved["externalId"] == KEY
    assert (saved["hours"], saved["posted"], saved["tranDate"]) == ("2.5", True, "2026-06-30")
    assert saved["subsidiary"] == {"id": "2"}


def test_a_second_upsert_of_the_same_external_id_changes_the_one_record(
    books: Any, account: Any
) -> None:
    first = put(books, account).headers["Location"]
    again = put(books, account, hours="3:30").headers["Location"]
    assert first == again
    assert count(account, f"externalid = '{KEY}'") == 1
    assert account("GET", again).json()["hours"] == "3.5"


def test_an_insert_with_a_used_external_id_is_refused(books: Any, account: Any) -> None:
    put(books, account)
    answer = account("POST", f"{books.RECORD}/timeBill", books.time_bill(externalId=KEY))
    assert detail(answer) == (400, "DUP_RCRD", "This record already exists")


def test_external_ids_with_escapes_and_spaces_come_back_as_they_were_sent(
    books: Any, account: Any
) -> None:
    put(books, account, "meridian:netsuite:csv%253A1:a%2520b:v1:cost")
    rows = account.rows("SELECT externalid FROM timebill WHERE id > 1000000")
    assert rows == [{"externalid": "meridian:netsuite:csv%3A1:a%20b:v1:cost"}]


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        (
            {"tranDate": "2026-05-31"},
            "USER_ERROR",
            PERIOD_TEXT,
        ),
        (
            {"tranDate": "2027-01-04"},
            "USER_ERROR",
            PERIOD_TEXT,
        ),
        (
            {"customer": {"id": "5602"}},
            "INVALID_KEY_OR_REF",
            "Invalid customer reference key 5602 for subsidiary 2.",
        ),
        (
            {"employee": {"id": "999"}},
            "INVALID_KEY_OR_REF",
            "Invalid employee reference key 999.",
        ),
        ({"employee": None}, "USER_ERROR", "Please enter value(s) for: Employee"),
        (
            {"hours": "many"},
            "INVALID_FLD_VALUE",
            "You have entered an Invalid Field Value many for the following field: hours",
        ),
        (
            {"tranDate": "30.06.2026"},
            "INVALID_FLD_VALUE",
            "You have entered an Invalid Field Value 30.06.2026 for the following field: trandate",
        ),
    ],
)
def test_a_time_bill_is_refused_with_the_literal_text(
    books: Any, account: Any, changes: dict[str, Any], code: str, text: str
) -> None:
    before = count(account)
    assert detail(put(books, account, **changes)) == (400, code, text)
    assert count(account) == before


def test_a_refusal_has_the_shape_of_the_error_schema(books: Any, account: Any) -> None:
    answer = put(books, account, tranDate="2026-05-31")
    assert answer.headers["Content-Type"].startswith("application/vnd.oracle.resource+json")
    assert sorted(answer.json()) == ["o:errorDetails", "status", "title", "type"]


def test_an_unknown_property_is_refused_under_validation_and_dropped_without(
    books: Any, account: Any
) -> None:
    path = f"{books.RECORD}/timeBill/eid:{KEY}"
    body = books.time_bill(hourz="9")
    strict = account("PUT", path, body, **STRICT)
    assert detail(strict)[:2] == (400, "INVALID_CONTENT")
    assert "hourz" in detail(strict)[2]
    assert account("PUT", path, body).status_code == 204
    assert account("GET", path).json()["hours"] == "2.5"


def test_a_journal_saves_balanced_lines_and_its_ledger(books: Any, account: Any) -> None:
    path = f"{books.RECORD}/journalEntry/eid:{KEY}"
    assert account("PUT", path, books.journal_entry()).status_code == 204
    shown = account("GET", path).json()
    assert [item["account"]["id"] for item in shown["line"]["items"]] == ["203", "204"]
    rows = account.rows(
        "SELECT tal.amount, a.acctnumber FROM transaction t JOIN transactionaccountingline tal "
        "ON tal.transaction = t.id JOIN account a ON a.id = tal.account "
        f"WHERE t.externalid = '{KEY}' ORDER BY tal.transactionline"
    )
    assert [(row["acctnumber"], row["amount"]) for row in rows] == [
        ("6100", "120"),
        ("2300", "-120"),
    ]


def test_a_journal_upsert_replaces_the_lines_of_the_one_record(books: Any, account: Any) -> None:
    path = f"{books.RECORD}/journalEntry/eid:{KEY}"
    account("PUT", path, books.journal_entry())
    account("PUT", path, books.journal_entry("80.00"))
    rows = account.rows(f"SELECT id FROM transaction WHERE externalid = '{KEY}'")
    assert len(rows) == 1
    lines = account.rows(
        f"SELECT netamount FROM transactionline WHERE transaction = {rows[0]['id']}"
    )
    assert [line["netamount"] for line in lines] == ["80", "-80"]


def test_an_unbalanced_journal_is_refused(books: Any, account: Any) -> None:
    body = books.journal_entry()
    body["line"]["items"][1]["credit"] = "119.99"
    answer = account("POST", f"{books.RECORD}/journalEntry", body)
    assert detail(answer) == (400, "USER_ERROR", "Transaction was not in balance. Total = 0.01")


def test_a_journal_with_an_unknown_account_is_refused(books: Any, account: Any) -> None:
    body = books.journal_entry()
    body["line"]["items"][0]["account"] = {"id": "999"}
    answer = account("POST", f"{books.RECORD}/journalEntry", body)
    assert detail(answer)[2] == "Invalid account reference key 999."


def test_an_edit_moves_the_last_change_and_not_the_creation(books: Any) -> None:
    moments = iter(books.NOW + timedelta(hours=hour) for hour in range(40))
    now = [next(moments)]
    with mounted(books.BASE_URL, create_app(books.small_firm(), lambda: now[0])):
        account = books.Caller()
        where = put(books, account).headers["Location"]
        now[0] = next(moments)
        assert account("PATCH", where, {"memo": "Workshop, day 2"}).status_code == 204
        row = account.rows(
            "SELECT TO_CHAR(createddate, 'HH24:MI') AS made, memo, hours, "
            f"TO_CHAR(lastmodifieddate, 'HH24:MI') AS changed FROM timebill WHERE externalid='{KEY}'"
        )[0]
    assert row == {"made": "06:00", "memo": "Workshop, day 2", "hours": "2.5", "changed": "07:00"}


def test_a_deleted_record_is_gone_and_an_invoiced_one_stays(books: Any, account: Any) -> None:
    where = put(books, account).headers["Location"]
    assert account("DELETE", where).status_code == 204
    assert detail(account("GET", where))[:2] == (404, "NONEXISTENT_ID")
    refused = account("DELETE", f"{books.RECORD}/timeBill/50001")
    assert "dependent records" in detail(refused)[2]


def test_the_account_without_a_signature_is_closed(books: Any, account: Any) -> None:
    wrong = [
        books.Caller(token_secret="wrong"),
        books.Caller(consumer_key="nobody"),
        books.Caller(account="OTHER"),
        books.Caller(signature_method="HMAC-SHA1"),
    ]
    for caller in wrong:
        answer = caller("GET", f"{books.RECORD}/timeBill/50001")
        assert detail(answer)[:2] == (401, "INVALID_LOGIN")
    assert account("GET", f"{books.RECORD}/timeBill/50001").status_code == 200


def test_a_signed_request_cannot_be_replayed(books: Any) -> None:
    app = create_app(books.small_firm(), lambda: books.NOW)
    url = f"{books.BASE_URL}/{books.RECORD}/timeBill/50001"
    prepared = requests.Request("GET", url, auth=books.signed()).prepare()
    with mounted(books.BASE_URL, app):
        session = books.Caller()._session._session
        assert session.send(prepared).status_code == 200
        assert session.send(prepared).status_code == 401


def test_a_request_beyond_the_concurrency_limit_is_refused_until_one_is_done() -> None:
    started, release = threading.Event(), threading.Event()

    def app(environ: Any, start_response: Any) -> Any:
        started.set()
        assert release.wait(30)
        return Response(status=204)(environ, start_response)

    client = HttpClient(ConcurrencyLimit(app, 1))
    first = threading.Thread(target=client.get, args=("/",))
    first.start()
    assert started.wait(30)
    refused = client.get("/")
    release.set()
    first.join(30)
    assert refused.status_code == 429
    assert refused.json["o:errorDetails"][0]["o:errorCode"] == "CONCURRENCY_LIMIT_EXCEEDED"
    assert client.get("/").status_code == 204


def test_an_asynchronous_save_happens_after_its_answer_and_shows_its_result(
    books: Any, account: Any
) -> None:
    headers = {
        "Prefer": "respond-async",
        "X-NetSuite-Idempotency-Key": "7b3a9c52-6f0e-4c8b-9a51-0d2f7f1f7a10",
    }
    path = f"{books.RECORD}/timeBill/eid:{KEY}"
    answer = account("PUT", path, books.time_bill(), **headers)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "respond-async")
    job = answer.headers["Location"]
    state = account("GET", job).json()
    assert (state["completed"], state["progress"]) == (True, "succeeded")
    assert account("GET", f"{job}/task").json()["items"][0]["id"] == "1"
    assert account("GET", f"{job}/task/1").json()["progress"] == "succeeded"
    result = account("GET", f"{job}/task/1/result")
    assert (result.status_code, account("GET", result.headers["Location"]).json()["hours"]) == (
        204,
        "2.5",
    )
    again = account("PUT", path, books.time_bill(), **headers)
    assert (detail(again)[1], again.json()["title"]) == ("IDEMPOTENCY_ERROR", "Conflict")
    assert again.headers["Location"] == job


def test_a_refused_asynchronous_save_fails_its_task(books: Any, account: Any) -> None:
    path = f"{books.RECORD}/timeBill/eid:{KEY}"
    answer = account("PUT", path, books.time_bill(tranDate="2026-05-31"), Prefer="respond-async")
    job = answer.headers["Location"]
    assert account("GET", job).json()["progress"] == "failed"
    assert "accounting period" in detail(account("GET", f"{job}/task/1/result"))[2]


def test_what_was_saved_survives_a_restart_and_ids_are_not_reused(
    books: Any, tmp_path: Path
) -> None:
    firm = books.small_firm()
    with mounted(books.BASE_URL, create_app(firm, lambda: books.NOW, tmp_path)):
        first = put(books, books.Caller()).headers["Location"]
    with mounted(books.BASE_URL, create_app(firm, lambda: books.NOW, tmp_path)):
        account = books.Caller()
        assert account("GET", f"{books.RECORD}/timeBill/eid:{KEY}").json()["hours"] == "2.5"
        assert put(books, account).headers["Location"] == first
        second = put(books, account, KEY + "2").headers["Location"]
    assert int(second.rpartition("/")[2]) > int(first.rpartition("/")[2])


def test_history_happens_when_the_clock_gets_there_and_leaves_saved_records_alone(
    books: Any,
) -> None:
    now = [datetime(2026, 6, 9, tzinfo=UTC)]
    with mounted(books.BASE_URL, create_app(books.small_firm(), lambda: now[0])):
        account = books.Caller()
        assert count(account) == 0
        assert put(books, account, tranDate="2026-05-29").status_code == 400
        now[0] = books.NOW
        assert put(books, account).status_code == 204
        assert count(account) == 5
        assert account.rows("SELECT closed FROM accountingperiod WHERE id = 305") == [
            {"closed": "T"}
        ]


def test_a_period_that_closes_later_refuses_from_then_on(books: Any) -> None:
    closing = datetime(2026, 7, 6, tzinfo=UTC)
    periods = (books.period(6, "open"), books.period(6, "closed", changed_at=closing))
    now = [books.NOW]
    with mounted(books.BASE_URL, create_app(books.small_firm(periods=periods), lambda: now[0])):
        account = books.Caller()
        assert put(books, account).status_code == 204
        now[0] = closing + timedelta(seconds=1)
        assert "accounting period" in detail(put(books, account, KEY + "2"))[2]
        assert "accounting period" in detail(put(books, account, memo="late edit"))[2]


def test_a_history_line_that_is_deleted_disappears(books: Any) -> None:
    gone = books.line(2, is_deleted=True, changed_at=books.NOW + timedelta(days=1))
    firm = books.small_firm(erp_lines=(books.line(1), books.line(2), gone))
    now = [books.NOW]
    with mounted(books.BASE_URL, create_app(firm, lambda: now[0])):
        account = books.Caller()
        assert count(account) == 2
        now[0] += timedelta(days=2)
        assert count(account) == 1


def test_a_draft_invoice_does_not_post_and_a_credit_memo_links_to_its_invoice(
    account: Any,
) -> None:
    rows = account.rows(
        "SELECT t.tranid, t.type, t.posting FROM transaction t WHERE t.type LIKE 'Cust%' ORDER BY t.id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("INV-1", "CustInvc", "T"),
        ("INV-2", "CustInvc", "F"),
        ("INV-3", "CustInvc", "T"),
        ("CM-4", "CustCred", "T"),
    ]
    links = account.rows("SELECT previousdoc, nextdoc FROM previoustransactionlinelink")
    assert links == [{"previousdoc": "81003", "nextdoc": "81004"}]


def test_the_dates_of_the_small_firm_are_what_the_tests_say(books: Any) -> None:
    assert books.line(1).work_date == date(2026, 6, 15)


def stocked(books: Any) -> Store:
    """The small firm's account as a database."""
    store = Store(None)
    History(books.small_firm(), store).catch_up(books.NOW)
    return store


def test_an_inactive_employee_is_refused_for_the_subsidiary(books: Any) -> None:
    store = stocked(books)
    store.execute("update employee set isinactive = 'T' where id = 1201")
    with pytest.raises(Refusal, match=r"Invalid employee reference key 1201 for subsidiary 2\."):
        netsuite_timebill.save(store, None, books.time_bill(), books.NOW, KEY)


def test_an_account_that_asks_for_a_tax_code_refuses_a_line_without_one(books: Any) -> None:
    store = stocked(books)
    store.execute("update account set istaxrequired = 'T' where acctnumber = '6100'")
    body = books.journal_entry()
    with pytest.raises(Refusal, match=r"Please enter value\(s\) for: Tax Code"):
        netsuite_journal.save(store, None, body, books.NOW, KEY)
    body["line"]["items"][0]["taxCode"] = {"id": "7"}
    assert netsuite_journal.save(store, None, body, books.NOW, KEY)


def test_a_currency_that_does_not_exist_is_refused(books: Any) -> None:
    body = books.journal_entry(currency={"id": "99"})
    with pytest.raises(Refusal, match=r"Invalid currency reference key 99\."):
        netsuite_journal.save(stocked(books), None, body, books.NOW, KEY)


def test_a_refused_save_leaves_nothing_behind(books: Any) -> None:
    store = stocked(books)
    before = store.row('select count(*) as n from "transaction"')["n"]
    with pytest.raises(RuntimeError), store.transaction():  # noqa: PT012 - one transaction
        netsuite_journal.save(store, None, books.journal_entry(), books.NOW, KEY)
        raise RuntimeError("the process stops before the commit")
    assert store.row('select count(*) as n from "transaction"')["n"] == before
