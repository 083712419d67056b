"""The emulated Harvest account answers as the published API does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client

from tieout.sandbox.vendors.harvest import RateLimit, create_app

HEADERS = {
    "Authorization": "Bearer sandbox-harvest-token",
    "Harvest-Account-Id": "1000001",
    "User-Agent": "tests",
}


def test_numbers_leave_as_they_are_written(harvest: Any) -> None:
    text = harvest.get("time_entries").text
    assert '"hours":7.42' in text
    assert '"rounded_hours":7.50' in text


def test_approval_shows_as_flags_and_a_reason_only(harvest: Any) -> None:
    entries = {
        entry["id"] % 1000: entry for entry in harvest.get("time_entries").json["time_entries"]
    }
    shown = {n: (e["is_closed"], e["is_locked"], e["locked_reason"]) for n, e in entries.items()}
    assert shown[1] == (True, True, "Item Approved and Locked for this Time Period")
    assert shown[2] == (True, False, None)
    assert shown[3] == (False, False, None)
    assert entries[1]["user_assignment"]["hourly_rate"] == 185.0
    assert entries[6]["user_assignment"] is None
    assert entries[4]["task"] is None


def test_entries_of_another_system_are_not_shown(harvest: Any) -> None:
    assert harvest.get("time_entries").json["total_entries"] == 6


@pytest.mark.parametrize("missing", ["Authorization", "Harvest-Account-Id"])
def test_a_request_without_credentials_is_refused(harvest: Any, missing: str) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != missing}
    answer = harvest.http.get("/v2/users", headers=headers)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")


def test_a_request_that_does_not_say_who_asks_is_refused(harvest: Any) -> None:
    headers = {**HEADERS, "User-Agent": ""}
    assert harvest.http.get("/v2/users", headers=headers).status_code == 400


def test_an_unknown_path_and_an_unknown_user_are_404_in_json(harvest: Any) -> None:
    assert harvest.get("timesheets").json["code"] == 404
    assert harvest.get("users/1/cost_rates").json["code"] == 404


@pytest.mark.parametrize(
    "query",
    [
        {"per_page": 2001}, {"per_page": 0}, {"per_page": "many"}, {"page": 0},
        {"updated_since": "banana"}, {"from": "June"}, {"is_billed": "perhaps"},
    ],
)  # fmt: skip
def test_a_query_harvest_cannot_use_is_422(harvest: Any, query: dict[str, Any]) -> None:
    assert harvest.get("time_entries", **query).status_code == 422


def test_a_cursor_of_somebody_else_is_422(harvest: Any) -> None:
    assert harvest.get("users", cursor="bm9uc2Vuc2U").status_code == 422


def follow(harvest: Any, name: str, **query: Any) -> list[dict[str, Any]]:
    pages = [harvest.get(name, **query).json]
    for _ in range(20):
        following = pages[-1]["links"]["next"]
        if following is None:
            return pages
        parts = urlsplit(following)
        pages.append(harvest.http.get(f"{parts.path}?{parts.query}", headers=HEADERS).json)
    raise AssertionError("the links never end")


def test_numbered_lists_count_their_pages_newest_day_first(harvest: Any) -> None:
    pages = follow(harvest, "time_entries", per_page=4)
    assert [(p["page"], p["next_page"], p["previous_page"]) for p in pages] == [
        (1, 2, None),
        (2, None, 1),
    ]
    days = [entry["spent_date"] for page in pages for entry in page["time_entries"]]
    assert days == sorted(days, reverse=True)
    assert len(days) == 6


def test_cursor_lists_say_null_in_the_middle_and_lead_on_by_links_only(harvest: Any) -> None:
    pages = follow(harvest, "projects", per_page=1)
    assert [(p["page"], p["next_page"]) for p in pages] == [(1, 2), (None, None), (3, None)]
    assert "cursor" in parse_qs(urlsplit(pages[0]["links"]["next"]).query)
    codes = [project["code"] for page in pages for project in page["projects"]]
    assert codes == ["P-3", "P-2", "P-1"]


def test_links_keep_the_filters_and_the_mount_prefix(harvest: Any) -> None:
    answer = harvest.http.get(
        "/harvest/v2/time_entries?per_page=1&from=2026-06-03", headers=HEADERS
    )
    following = urlsplit(answer.json["links"]["next"])
    assert following.path == "/harvest/v2/time_entries"
    assert parse_qs(following.query)["from"] == ["2026-06-03"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"updated_since": "2026-06-20T12:05:00Z"}, {5, 6}),
        ({"updated_since": "2026-06-20T14:05:00+02:00"}, {5, 6}),
        ({"from": "2026-06-06"}, {5, 6}),
        ({"to": "2026-06-02"}, {1}),
        ({"user_id": 1782002}, {5}),
        ({"project_id": 14307002}, {5, 6}),
        ({"is_billed": "true"}, set()),
        ({"is_running": "false", "from": "2026-06-03", "to": "2026-06-04"}, {2, 3}),
    ],
)
def test_filters_choose_entries(harvest: Any, query: dict[str, Any], shown: set[int]) -> None:
    entries = harvest.get("time_entries", **query).json["time_entries"]
    assert {entry["id"] % 1000 for entry in entries} == shown


def test_masters_can_be_asked_for_the_active_only(harvest: Any) -> None:
    assert [c["name"] for c in harvest.get("clients", is_active="true").json["clients"]] == [
        "Client 1"
    ]


def test_a_worker_who_left_is_archived(harvest: Any) -> None:
    active = {user["id"] % 1000: user["is_active"] for user in harvest.get("users").json["users"]}
    assert active == {1: True, 2: False}


def test_the_account_shows_the_state_of_its_clock(
    harvest: Any, make_firm: Any, make_entry: Any
) -> None:
    later = make_entry(1, changed_at=datetime(2026, 7, 10, tzinfo=UTC), is_deleted=True)
    harvest.show(make_firm(time_entries=(make_entry(1), later)))
    assert harvest.get("time_entries").json["total_entries"] == 1
    harvest.now = datetime(2026, 7, 11, tzinfo=UTC)
    assert harvest.get("time_entries").json["total_entries"] == 0


def test_a_deleted_project_takes_its_entries_and_assignments_with_it(
    harvest: Any, make_firm: Any
) -> None:
    gone = replace(harvest.firm.projects[0], is_deleted=True)
    harvest.show(make_firm(projects=(*harvest.firm.projects, gone)))
    entries = harvest.get("time_entries").json["time_entries"]
    assert {entry["id"] % 1000 for entry in entries} == {5, 6}
    for name in ("projects", "user_assignments", "task_assignments"):
        assert harvest.get(name).json["total_entries"] == {"projects": 2}.get(name, 1)


def test_the_published_throttle_answers_429_and_says_when(make_firm: Any) -> None:
    seconds = [0.0]
    app = create_app(
        make_firm(),
        lambda: datetime(2026, 7, 3, tzinfo=UTC),
        rate_limit=RateLimit(requests=2, seconds=15.0),
        monotonic=lambda: seconds[0],
    )
    http = Client(app)
    statuses = [http.get("/v2/company", headers=HEADERS).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    seconds[0] = 4.0
    assert http.get("/v2/company", headers=HEADERS).headers["Retry-After"] == "12"
    seconds[0] = 15.0
    assert http.get("/v2/company", headers=HEADERS).status_code == 200
