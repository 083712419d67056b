"""Whatever Concur does wrong, nothing is lost, nothing is doubled, nothing is silent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.concur import resources
from tieout.domain.errors import AuthenticationFailed, ContractError, SystemUnreachable

ALL = ("common/users", "expense/reports", "expense/entries")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "LIMIT", 3)


def entries_of(concur: Any, **options: Any) -> Any:
    """One extraction of the table that the faults are about."""
    return concur.extract(only_tables=["expense_entries"], **options)


def is_whole(concur: Any) -> bool:
    return concur.rows(
        "select count(*), count(distinct id), sum(transaction_amount) from raw_concur.expense_entries"
    ) == [(8, 8, 8 * 150.25)]


def landed_nothing(concur: Any) -> bool:
    tables = "select count(*) from information_schema.tables where table_schema like 'raw%'"
    return concur.rows(tables) == [(0,)]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rate_limited", "retry_after": 7},
        {"kind": "unavailable", "times": 2},
        {"kind": "truncated"},
        {"kind": "ok_with_error"},
        {"kind": "html"},
        {"kind": "drop"},
        {"kind": "lost_ack"},
        {"kind": "late_commit", "seconds": 0.01},
        {"kind": "duplicate_page", "after": 1},
        {"kind": "unauthorized"},
        {"kind": "slow", "seconds": 0.01},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_passing_trouble_is_waited_out(concur: Any, fault: dict[str, Any]) -> None:
    concur.fault(path_regex="expense/entries.*offset=", **fault)
    report = entries_of(concur)
    counts = report.tables["expense_entries"]
    assert (counts.extracted, counts.landed, counts.repeated) == (8, 8, 0)
    assert is_whole(concur)
    assert fault["kind"] != "rate_limited" or concur.waits == [7]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("kind", ["truncated", "ok_with_error", "html", "duplicate_page"])
def test_an_answer_that_stays_unusable_fails_the_run_and_lands_nothing(
    concur: Any, kind: str
) -> None:
    concur.fault(kind, "expense/entries.*offset=", after=1, times=10)
    with pytest.raises(SystemUnreachable, match="expense/entries: 3 answers in a row"):
        entries_of(concur)
    assert landed_nothing(concur)


def test_entries_that_a_broken_list_left_out_are_asked_for_by_report(concur: Any) -> None:
    """The list counts nothing: an empty answer with status 200 looks like an empty list."""
    concur.fault("ok_with_error", "expense/entries", body={"Items": [], "NextPage": None})
    assert entries_of(concur).tables["expense_entries"].landed == 8
    assert is_whole(concur)


def test_entries_of_another_report_are_not_taken_for_those_asked_for(concur: Any) -> None:
    entries_of(concur)
    concur.fault("duplicate_page", f"expense/entries.*reportID={2:020X}")
    concur.now = datetime(2026, 7, 4, tzinfo=UTC)
    report = entries_of(concur, sweep_from=datetime(2026, 6, 1, tzinfo=UTC).date())
    assert report.landed == 0
    assert is_whole(concur)


@pytest.mark.parametrize("kind", ["rate_limited", "unavailable", "drop", "server_error"])
def test_a_system_that_stays_down_is_named_with_what_was_tried(concur: Any, kind: str) -> None:
    concur.fault(kind, "expense/entries", times=50)
    with pytest.raises(SystemUnreachable, match=r"concur: GET .*expense/entries"):
        entries_of(concur)
    assert landed_nothing(concur)


@pytest.mark.parametrize("kind", ["unavailable", "drop", "html", "ok_with_error"])
def test_a_token_endpoint_that_stays_down_is_named(concur: Any, kind: str) -> None:
    concur.fault(kind, "oauth2", times=50)
    with pytest.raises(SystemUnreachable, match="token"):
        entries_of(concur)
    assert landed_nothing(concur)


@pytest.mark.parametrize("path", ALL)
def test_losing_the_credentials_midway_fails_the_run_whatever_is_being_read(
    concur: Any, path: str
) -> None:
    concur.fault("unauthorized", path, times=50)
    with pytest.raises(AuthenticationFailed):
        concur.extract()
    assert landed_nothing(concur)


def test_a_failed_run_between_two_good_ones_changes_nothing(concur: Any) -> None:
    concur.fault("unauthorized", "expense/entries", times=2)
    with pytest.raises(AuthenticationFailed):
        entries_of(concur)
    entries_of(concur)
    assert is_whole(concur)
    concur.fault("unauthorized", "expense/entries", times=2)
    with pytest.raises(AuthenticationFailed):
        entries_of(concur)
    assert is_whole(concur)


def test_a_site_that_suddenly_shows_nothing_is_no_deletion_of_everything(
    concur: Any, make_firm: Any
) -> None:
    concur.extract()
    concur.show(make_firm(expense_reports=(), expense_entries=()))
    with pytest.raises(SystemUnreachable, match="misses 5 of 5"):
        concur.extract()
    assert is_whole(concur)


def test_a_link_to_another_host_is_not_followed(concur: Any) -> None:
    body = concur.get("expense/reports", user="ALL").json
    body["NextPage"] = "https://concur.example.net/api/v3.0/expense/reports?offset=2"
    concur.fault("ok_with_error", "expense/reports", body=body)
    with pytest.raises(SystemUnreachable, match="another host"):
        concur.extract()


def replaced(concur: Any, change: Any, path: str = "expense/entries") -> None:
    """Serve a list changed, as a vendor that altered its API would."""
    body = json.loads(concur.get(path, user="ALL", limit=100).text)
    change(body["Items"])
    concur.fault("ok_with_error", path, body=body)


@pytest.mark.parametrize("field", ["ApprovedAmount", "TransactionDate", "Custom1", "IsBillable"])
def test_a_field_that_is_gone_stops_the_landing_with_its_name(concur: Any, field: str) -> None:
    replaced(concur, lambda rows: [row.pop(field) for row in rows])
    with pytest.raises(ContractError, match="project" if field == "Custom1" else field):
        entries_of(concur)
    assert landed_nothing(concur)


def test_a_new_field_is_reported_and_disturbs_nothing(concur: Any) -> None:
    replaced(concur, lambda rows: [row.update(CarbonFootprint=1) for row in rows])
    entries_of(concur)
    assert is_whole(concur)
    seen = concur.rows(
        "select field_name from raw_concur.schema_fields where table_name = 'expense_entries'"
    )
    assert ("CarbonFootprint",) in seen


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ApprovedAmount", "twelve"),
        ("TransactionAmount", 1.23456),
        ("TransactionDate", "10/06/2026"),
        ("IsBillable", "Y"),
        ("LastModified", "yesterday"),
    ],
)
def test_a_record_with_a_wrong_type_is_set_aside_with_its_amount_and_the_others_land(
    concur: Any, field: str, value: Any
) -> None:
    replaced(concur, lambda rows: rows[0].update({field: value}))
    report = entries_of(concur)
    counts = report.tables["expense_entries"]
    assert (counts.quarantined, counts.landed) == (1, 7)
    kept = concur.rows(
        "select table_name, source_record_id, reason_code, detail, amount_text"
        " from raw_concur.quarantined_records"
    )
    assert [row[:3] for row in kept] == [("expense_entries", "gWid0000000001", "TYPE_INVALID")]
    assert kept[0][4] == "12500.8"


def test_an_exchange_rate_of_many_digits_is_no_reason_to_set_an_entry_aside(concur: Any) -> None:
    replaced(concur, lambda rows: rows[0].update(ExchangeRate=83.19999999999999))
    assert entries_of(concur).quarantined == 0
    rates = concur.rows(
        "select max(exchange_rate), min(exchange_rate) from raw_concur.expense_entries"
    )
    assert [str(rate) for rate in rates[0]] == ["83.200000000000000000", "83.199999999999990000"]
