"""SuiteQL of the emulated NetSuite: what a query may ask, and how its rows come back."""

from __future__ import annotations

from typing import Any

import pytest

from tieout.http import mounted
from tieout.sandbox.vendors.netsuite import create_app


def refusal(answer: Any) -> str:
    assert answer.status_code == 400
    return str(answer.json()["o:errorDetails"][0]["detail"])


def test_every_value_is_text_nulls_are_left_out_and_bare_dates_are_in_the_accounts_format(
    account: Any,
) -> None:
    row = account.rows("SELECT ID, trandate, hours, laborcost FROM TimeBill WHERE id = 50001")
    assert row == [{"id": "50001", "trandate": "6/15/2026", "hours": "7.5"}]


def test_dates_are_rendered_and_compared_with_oracle_formats(account: Any) -> None:
    text = (
        'SELECT TO_CHAR(lastmodifieddate, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') AS changed FROM timebill '
        "WHERE lastmodifieddate >= TO_DATE('2026-06-20 12:04:00', 'YYYY-MM-DD HH24:MI:SS')"
    )
    assert account.rows(text) == [{"changed": "2026-06-20T12:04:00Z"}]


def test_pages_follow_limit_and_offset_and_say_whether_more_follows(account: Any) -> None:
    text = "SELECT id FROM timebill ORDER BY id"
    first = account.query(text, limit=3, offset=0).json()
    last = account.query(text, limit=3, offset=3).json()
    assert (first["count"], first["hasMore"], first["totalResults"]) == (3, True, 4)
    assert (last["count"], last["hasMore"], last["totalResults"]) == (1, False, 4)
    assert [link["rel"] for link in first["links"]] == ["self", "next"]


def test_rows_behind_the_ceiling_are_left_out_without_a_word(books: Any) -> None:
    with mounted(books.BASE_URL, create_app(books.small_firm(), lambda: books.NOW, rows_max=3)):
        account = books.Caller()
        answer = account.query("SELECT id FROM timebill ORDER BY id", limit=2, offset=2).json()
    assert (answer["count"], answer["hasMore"], answer["totalResults"]) == (1, False, 3)


@pytest.mark.parametrize(
    ("parameters", "text"),
    [({"limit": 1001}, "limit"), ({"limit": 10, "offset": 5}, "offset"), ({"limit": 0}, "limit")],
)
def test_a_bad_page_is_refused(account: Any, parameters: dict[str, int], text: str) -> None:
    assert text in refusal(account.query("SELECT id FROM timebill", **parameters))


def test_a_query_without_the_transient_preference_is_refused(books: Any, account: Any) -> None:
    answer = account("POST", books.QUERY, {"q": "SELECT id FROM timebill"})
    assert "transient" in refusal(answer)


def test_an_unknown_column_and_an_unknown_record_are_named(account: Any) -> None:
    assert "Unknown identifier 'hourz'" in refusal(account.query("SELECT hourz FROM timebill"))
    assert "Invalid search type: timesheets" in refusal(account.query("SELECT id FROM timesheets"))


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM timebill",
        "SELECT id FROM timebill; DELETE FROM timebill",
        "SELECT name FROM sqlite_master",
        "SELECT value FROM _meta",
        "SELECT idempotency_key FROM _job",
        "PRAGMA table_list",
        "WITH gone AS (DELETE FROM timebill RETURNING id) SELECT id FROM gone",
        "SELECT id FROM timebill WHERE",
        "",
    ],
)
def test_a_query_reads_records_and_nothing_else(account: Any, text: str) -> None:
    assert "Invalid search query" in refusal(account.query(text))
    assert account.rows("SELECT COUNT(*) AS n FROM timebill") == [{"n": "4"}]


def test_the_word_transaction_is_a_table_a_column_and_still_a_text(account: Any) -> None:
    text = (
        "SELECT tl.transaction, 'a transaction' AS said FROM transaction t "
        "JOIN transactionline tl ON tl.transaction = t.id WHERE t.type = 'Journal' AND tl.id = 0"
    )
    assert account.rows(text) == [{"transaction": "50005", "said": "a transaction"}]
