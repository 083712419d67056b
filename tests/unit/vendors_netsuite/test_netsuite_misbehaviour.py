"""Whatever NetSuite does wrong while it is read: nothing lost, nothing doubled, nothing silent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.netsuite import resources
from pipelines.netsuite.queries import QUERIES
from pipelines.netsuite.resources import detail, read_answer
from tieout.domain.errors import AuthenticationFailed, SystemUnreachable


@pytest.fixture(autouse=True)
def two_rows_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "PER_PAGE", 2)


def is_whole(bench: Any) -> bool:
    return bench.rows(
        "select count(*), count(distinct id), sum(hours) from raw_netsuite.time_bills"
    ) == [(4, 4, 30)]


def landed_nothing(bench: Any) -> bool:
    return bench.rows(
        "select count(*) from information_schema.tables where table_schema like 'raw%'"
    ) == [(0,)]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rate_limited", "retry_after": 0},
        {"kind": "unavailable"},
        {"kind": "truncated"},
        {"kind": "ok_with_error"},
        {"kind": "html"},
        {"kind": "drop"},
        {"kind": "lost_ack"},
        {"kind": "duplicate_page"},
        {"kind": "slow", "seconds": 0.01},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_passing_trouble_is_waited_out(bench: Any, fault: dict[str, Any]) -> None:
    bench.fault(after=1, **fault)
    records = bench.read("time_bills")
    assert [record["id"] for record in records] == ["50001", "50002", "50003", "50004"]


@pytest.mark.parametrize("kind", ["truncated", "ok_with_error", "html", "duplicate_page"])
def test_an_answer_that_stays_unusable_fails_the_run_and_lands_nothing(
    bench: Any, kind: str
) -> None:
    bench.fault(kind, after=1, times=10)
    with pytest.raises(SystemUnreachable, match="could not be used"):
        bench.read("time_bills")


def test_losing_the_login_midway_lands_nothing_and_the_next_run_everything(bench: Any) -> None:
    bench.fault("unauthorized", after=12)
    with pytest.raises(AuthenticationFailed):
        bench.extract()
    assert landed_nothing(bench)
    assert bench.extract().landed == 30
    assert is_whole(bench)


def test_a_listing_that_lost_most_of_what_was_known_deletes_nothing(bench: Any) -> None:
    bench.extract(only_tables=["time_bills"])
    bench.show(bench.books.small_firm(erp_lines=()))
    with pytest.raises(SystemUnreachable, match="time_bills"):
        bench.extract(only_tables=["time_bills"])
    assert bench.rows("select count(*) from raw_netsuite.time_bills where is_deleted") == [(0,)]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"items": {}, "count": 0}',
        b'{"items": [{"id": "1"}], "count": 2, "hasMore": false}',
        b'{"items": [{"links": []}], "count": 1, "hasMore": false}',
        b'{"items": [{"id": "x"}], "count": 1}',
        b'{"items": ["1"], "count": 1}',
        b'{"items": [{"id": "9"}, {"id": "9"}], "count": 2}',
        b'{"items": [{"id": "5"}], "count": 1}',
        b"<html>",
        b"\xff\xfe",
    ],
)
def test_what_is_no_page_of_the_query_is_not_taken_for_one(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_answer(raw, QUERIES["time_bills"], (5,))


def test_an_empty_page_ends_the_list() -> None:
    answer = read_answer(b'{"items": [], "count": 0, "hasMore": false}', QUERIES["jobs"], None)
    assert (answer.last, answer.has_more) == (None, False)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (json.dumps({"o:errorDetails": [{"detail": "No such field"}]}), "No such field"),
        (json.dumps({"o:errorDetails": []}), '{"o:errorDetails": []}'),
        ("<html>", "<html>"),
        ("[1]", "[1]"),
    ],
)
def test_the_text_of_a_refusal_is_read_or_quoted(body: str, text: str) -> None:
    assert detail(body) == text
