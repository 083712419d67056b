"""Whatever Harvest does wrong, nothing is lost, nothing is doubled, nothing is silent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.harvest import resources
from tieout.domain.errors import AuthenticationFailed, ContractError, SystemUnreachable

ALL = (
    "accounts", "clients", "projects", "users", "user_assignments", "task_assignments",
    "time_entries",
)  # fmt: skip


@pytest.fixture(autouse=True)
def two_records_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "PER_PAGE", 2)


def is_whole(harvest: Any) -> bool:
    return harvest.rows(
        "select count(*), count(distinct id), sum(rounded_hours) from raw_harvest_us.time_entries"
    ) == [(6, 6, 45)]


ENTRIES = ("time_entries",)


def landed_nothing(harvest: Any) -> bool:
    tables = "select count(*) from information_schema.tables where table_schema like 'raw%'"
    return harvest.rows(tables) == [(0,)]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rate_limited", "retry_after": 0},
        {"kind": "unavailable"},
        {"kind": "truncated"},
        {"kind": "ok_with_error"},
        {"kind": "html"},
        {"kind": "drop"},
        {"kind": "slow", "seconds": 0.01},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_passing_trouble_is_waited_out(harvest: Any, fault: dict[str, Any]) -> None:
    harvest.fault(path_regex=r"time_entries\?page=2", **fault)
    report = harvest.extract(only_tables=ENTRIES)
    assert report.tables["time_entries"].landed == 6
    assert is_whole(harvest)


def test_a_page_sent_twice_is_landed_once(harvest: Any) -> None:
    harvest.fault("duplicate_page", r"time_entries\?page=3")
    report = harvest.extract(only_tables=ENTRIES)
    assert report.tables["time_entries"].extracted == 8
    assert is_whole(harvest)


@pytest.mark.parametrize("kind", ["truncated", "ok_with_error", "html"])
def test_an_answer_that_stays_unreadable_fails_the_run_and_lands_nothing(
    harvest: Any, kind: str
) -> None:
    harvest.fault(kind, r"time_entries\?page=2", times=10)
    with pytest.raises(SystemUnreachable, match="could not be read"):
        harvest.extract(only_tables=ENTRIES)
    assert landed_nothing(harvest)


@pytest.mark.parametrize("table", ALL)
def test_losing_the_credentials_midway_fails_the_run_whatever_is_being_read(
    harvest: Any, table: str
) -> None:
    path = "company" if table == "accounts" else table
    harvest.fault("unauthorized", f"/{path}", times=50)
    with pytest.raises(AuthenticationFailed):
        harvest.extract()
    assert landed_nothing(harvest)


def test_a_run_after_a_failed_one_lands_everything(harvest: Any) -> None:
    harvest.fault("unauthorized", r"time_entries\?page=3")
    with pytest.raises(AuthenticationFailed):
        harvest.extract(only_tables=ENTRIES)
    harvest.extract(only_tables=ENTRIES)
    assert is_whole(harvest)


def test_a_failed_run_after_a_good_one_changes_nothing(harvest: Any) -> None:
    harvest.extract(only_tables=ENTRIES)
    harvest.fault("unauthorized", "time_entries")
    with pytest.raises(AuthenticationFailed):
        harvest.extract(only_tables=ENTRIES)
    assert is_whole(harvest)
    harvest.extract(only_tables=ENTRIES)
    assert is_whole(harvest)


def test_an_account_that_suddenly_shows_nothing_is_no_deletion_of_everything(
    harvest: Any, make_firm: Any
) -> None:
    harvest.extract(only_tables=ENTRIES)
    harvest.show(make_firm(time_entries=()))
    with pytest.raises(SystemUnreachable, match="misses 6 of 6"):
        harvest.extract(only_tables=ENTRIES)
    assert is_whole(harvest)


def replaced(harvest: Any, change: Any, name: str = "time_entries") -> None:
    """Serve the first list of a kind changed, as a vendor that altered its API would."""
    body = json.loads(harvest.get(name, per_page=2000).text)
    change(body[name])
    harvest.fault("ok_with_error", f"/{name}", body=body)


def test_a_field_that_is_gone_stops_the_landing_with_its_name(harvest: Any) -> None:
    replaced(harvest, lambda rows: [row.pop("rounded_hours") for row in rows])
    with pytest.raises(ContractError, match="rounded_hours"):
        harvest.extract(only_tables=ENTRIES)
    assert landed_nothing(harvest)


def test_a_new_field_is_reported_and_disturbs_nothing(harvest: Any) -> None:
    replaced(harvest, lambda rows: [row.update(approval_status="approved") for row in rows])
    harvest.extract(only_tables=ENTRIES)
    assert is_whole(harvest)
    seen = harvest.rows(
        "select field_name from raw_harvest_us.schema_fields where table_name = 'time_entries'"
    )
    assert ("approval_status",) in seen


def test_a_record_with_a_wrong_type_is_set_aside_and_the_others_land(harvest: Any) -> None:
    replaced(harvest, lambda rows: rows[0].update(hours="seven"))
    report = harvest.extract(only_tables=ENTRIES)
    assert report.tables["time_entries"].quarantined == 1
    assert report.tables["time_entries"].landed == 5
    kept = harvest.rows(
        "select table_name, source_record_id, reason_code, detail, raw_json"
        " from raw_harvest_us.quarantined_records"
    )
    assert [row[:3] for row in kept] == [("time_entries", "636709006", "TYPE_INVALID")]
    assert "seven" in kept[0][3]
    assert json.loads(kept[0][4])["notes"] == "Design review"


def test_a_link_to_another_host_is_not_followed(harvest: Any) -> None:
    body = harvest.get("time_entries").json
    body["links"]["next"] = "https://harvest.example.net/v2/time_entries?page=2"
    harvest.fault("ok_with_error", "/time_entries", body=body)
    with pytest.raises(SystemUnreachable, match="another host"):
        harvest.extract(only_tables=ENTRIES)


def test_a_list_that_moves_while_it_is_read_is_read_again(harvest: Any) -> None:
    body = harvest.get("time_entries", per_page=2, page=3).json
    body["time_entries"].pop()
    harvest.fault("ok_with_error", r"time_entries\?page=3", body=body)
    assert harvest.extract(only_tables=ENTRIES).tables["time_entries"].extracted == 11
    assert is_whole(harvest)


def test_a_list_that_never_comes_out_whole_fails_the_run(harvest: Any) -> None:
    body = harvest.get("time_entries", per_page=2, page=3).json
    body["time_entries"].pop()
    harvest.fault("ok_with_error", r"time_entries\?page=3", body=body, times=10)
    with pytest.raises(SystemUnreachable, match="lacked records"):
        harvest.extract(only_tables=ENTRIES)
    assert landed_nothing(harvest)
