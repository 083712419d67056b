"""Whatever Kantata does wrong, nothing is lost, nothing is doubled, nothing is silent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import pytest

from pipelines.kantata import resources
from tieout.domain.errors import AuthenticationFailed, ContractError, SystemUnreachable
from tieout.sandbox.vendors.kantata import create_app

ALL = (
    "workspace_groups", "workspaces", "users", "workspace_allocations", "timesheet_submissions",
    "time_entries",
)  # fmt: skip


@pytest.fixture(autouse=True)
def two_records_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "PER_PAGE", 2)


def entries_of(kantata: Any, **options: Any) -> Any:
    """One extraction of the table that the faults are about."""
    return kantata.extract(only_tables=["time_entries"], **options)


def is_whole(kantata: Any) -> bool:
    return kantata.rows(
        "select count(*), count(distinct id), sum(time_in_minutes) from raw_kantata.time_entries"
    ) == [(7, 7, 6 * 465 + 30)]


def landed_nothing(kantata: Any) -> bool:
    tables = "select count(*) from information_schema.tables where table_schema like 'raw%'"
    return kantata.rows(tables) == [(0,)]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rate_limited", "times": 2},
        {"kind": "unavailable"},
        {"kind": "truncated"},
        {"kind": "ok_with_error"},
        {"kind": "html"},
        {"kind": "drop"},
        {"kind": "lost_ack"},
        {"kind": "late_commit", "seconds": 0.01},
        {"kind": "duplicate_page"},
        {"kind": "slow", "seconds": 0.01},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_passing_trouble_is_waited_out(kantata: Any, fault: dict[str, Any]) -> None:
    kantata.fault(path_regex="time_entries.*offset=1", **fault)
    report = entries_of(kantata)
    counts = report.tables["time_entries"]
    assert (counts.extracted, counts.landed, counts.repeated) == (7, 7, 0)
    assert is_whole(kantata)


@pytest.mark.parametrize("kind", ["truncated", "ok_with_error", "html"])
def test_an_answer_that_stays_unusable_fails_the_run_and_lands_nothing(
    kantata: Any, kind: str
) -> None:
    kantata.fault(kind, "time_entries.*offset=1", times=10)
    with pytest.raises(SystemUnreachable, match="time_entries: 3 answers in a row"):
        entries_of(kantata)
    assert landed_nothing(kantata)


def test_a_page_that_keeps_coming_twice_fails_the_run_and_lands_nothing(kantata: Any) -> None:
    kantata.fault("duplicate_page", "time_entries.*offset=1", times=50)
    with pytest.raises(SystemUnreachable, match="3 listings in a row did not come out whole"):
        entries_of(kantata)
    assert landed_nothing(kantata)


@pytest.mark.parametrize("kind", ["rate_limited", "unavailable", "drop", "server_error"])
def test_a_system_that_stays_down_is_named_with_what_was_tried(kantata: Any, kind: str) -> None:
    kantata.fault(kind, "time_entries", times=50)
    with pytest.raises(SystemUnreachable, match=r"kantata: GET .*time_entries"):
        entries_of(kantata)
    assert landed_nothing(kantata)


@pytest.mark.parametrize("table", ALL)
def test_losing_the_credentials_midway_fails_the_run_whatever_is_being_read(
    kantata: Any, table: str
) -> None:
    kantata.fault("unauthorized", f"/{table}.json", times=50)
    with pytest.raises(AuthenticationFailed):
        kantata.extract()
    assert landed_nothing(kantata)


def test_a_failed_run_between_two_good_ones_changes_nothing(kantata: Any) -> None:
    kantata.fault("unauthorized", "time_entries.*offset=2")
    with pytest.raises(AuthenticationFailed):
        entries_of(kantata)
    entries_of(kantata)
    assert is_whole(kantata)
    kantata.fault("unauthorized", "time_entries")
    with pytest.raises(AuthenticationFailed):
        entries_of(kantata)
    assert is_whole(kantata)


def hand_over(kantata: Any, monkeypatch: pytest.MonkeyPatch, firms: Iterator[Any]) -> None:
    """Let the account hold the next firm each time entries are asked for from the second page."""
    plain = resources.KantataExtractor._fetch

    def fetch(self: Any, table: Any, params: Any, offset: int) -> Any:
        following = next(firms, None) if table.name == "time_entries" and offset == 1 else None
        if following is not None:
            kantata.app.app = create_app(following, lambda: kantata.now).app
        return plain(self, table, params, offset)

    monkeypatch.setattr(resources.KantataExtractor, "_fetch", fetch)


def test_a_record_that_moves_over_the_page_boundary_while_reading_is_not_lost(
    kantata: Any, make_firm: Any, make_entry: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two pages one record of the first is deleted and another appears at the end."""
    rest = make_firm().time_entries[1:]
    moved = make_firm(time_entries=(*rest, make_entry(9)))
    hand_over(kantata, monkeypatch, iter([moved]))
    entries_of(kantata)
    ids = {row[0] for row in kantata.rows("select id from raw_kantata.time_entries")}
    assert ids == {f"56267000{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9)}


def test_a_list_that_never_comes_out_whole_fails_the_run(
    kantata: Any, make_firm: Any, make_entry: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = make_firm().time_entries
    states = [
        make_firm(time_entries=(*entries[cut:], *(make_entry(20 + n) for n in range(cut))))
        for cut in (1, 2, 3, 4)
    ]
    hand_over(kantata, monkeypatch, cycle(states))
    with pytest.raises(SystemUnreachable, match="3 listings in a row did not come out whole"):
        entries_of(kantata)
    assert landed_nothing(kantata)


def test_a_count_that_the_records_do_not_meet_fails_the_run(kantata: Any) -> None:
    body = kantata.get("time_entries", per_page=200, from_archived_workspaces="true").json
    body["count"] = 9
    kantata.fault("ok_with_error", "time_entries", body=body, times=10)
    with pytest.raises(SystemUnreachable, match="3 answers in a row could not be used"):
        entries_of(kantata)


def test_an_account_that_suddenly_shows_nothing_is_no_deletion_of_everything(
    kantata: Any, make_firm: Any
) -> None:
    entries_of(kantata)
    kantata.show(make_firm(time_entries=()))
    with pytest.raises(SystemUnreachable, match="misses 7 of 7"):
        entries_of(kantata)
    assert is_whole(kantata)


def replaced(kantata: Any, change: Any, name: str = "time_entries", **query: Any) -> None:
    """Serve the first page of a list changed, as a vendor that altered its API would."""
    body = json.loads(kantata.get(name, per_page=200, **query).text)
    change(list(body[name].values()))
    kantata.fault("ok_with_error", f"/{name}.json", body=body)


def whole_list(kantata: Any, change: Any) -> None:
    resources.PER_PAGE = 200  # type: ignore[misc] - put back by the fixture
    replaced(
        kantata, change, include="recent_submission,story", from_archived_workspaces="true",
        order="created_at:asc",
    )  # fmt: skip


def test_a_field_that_is_gone_stops_the_landing_with_its_name(kantata: Any) -> None:
    whole_list(kantata, lambda rows: [row.pop("time_in_minutes") for row in rows])
    with pytest.raises(ContractError, match="time_in_minutes"):
        entries_of(kantata)
    assert landed_nothing(kantata)


def test_a_new_field_is_reported_and_disturbs_nothing(kantata: Any) -> None:
    whole_list(kantata, lambda rows: [row.update(location="London") for row in rows])
    entries_of(kantata)
    assert is_whole(kantata)
    seen = kantata.rows(
        "select field_name from raw_kantata.schema_fields where table_name = 'time_entries'"
    )
    assert ("location",) in seen


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_in_minutes", "two hours"),
        ("time_in_minutes", 7.5),
        ("rate_in_cents", "16500.5"),
        ("approved", "yes"),
        ("date_performed", "30/06/2026"),
        ("updated_at", "yesterday"),
    ],
)
def test_a_record_with_a_wrong_type_is_set_aside_and_the_others_land(
    kantata: Any, field: str, value: Any
) -> None:
    whole_list(kantata, lambda rows: rows[0].update({field: value}))
    report = entries_of(kantata)
    assert report.tables["time_entries"].quarantined == 1
    assert report.tables["time_entries"].landed == 6
    kept = kantata.rows(
        "select table_name, source_record_id, reason_code, detail, raw_json"
        " from raw_kantata.quarantined_records"
    )
    assert [row[:3] for row in kept] == [("time_entries", "562670001", "TYPE_INVALID")]
    assert field in kept[0][3]
    assert json.loads(kept[0][4])["notes"] == "Workshop"


def test_a_cap_that_is_no_amount_sets_the_project_aside(kantata: Any) -> None:
    body = kantata.get("workspaces", include="custom_field_values,primary_workspace_group",
                       include_archived="true", order="created_at:asc", per_page=200).json  # fmt: skip
    for value in body["custom_field_values"].values():
        if value["custom_field_name"] == "Cap amount":
            value["value"] = "a lot"
    resources.PER_PAGE = 200  # type: ignore[misc] - put back by the fixture
    kantata.fault("ok_with_error", "/workspaces.json", body=body)
    report = kantata.extract()
    assert (report.tables["workspaces"].landed, report.tables["workspaces"].quarantined) == (2, 1)


def test_a_good_version_later_heals_what_was_set_aside(
    kantata: Any, make_firm: Any, make_entry: Any
) -> None:
    whole_list(kantata, lambda rows: rows[0].update(time_in_minutes="x"))
    entries_of(kantata)
    kantata.now = datetime(2026, 7, 4, tzinfo=UTC)
    entries_of(kantata)
    assert is_whole(kantata)
