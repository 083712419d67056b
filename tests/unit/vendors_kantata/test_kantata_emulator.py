"""The emulated Kantata OX answers as the vendor's Swagger and public sample say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

# The vendor's answer as published in a public repository, for one time entry.
SAMPLE = {
    "created_at": "2018-03-30T14:31:54-07:00",
    "updated_at": "2018-04-02T07:45:29-07:00",
    "date_performed": "2018-03-30",
    "time_in_minutes": 120,
    "billable": True,
    "notes": "Import the reason codes from Pulse and update the public member search for each board.",
    "rate_in_cents": 16500,
    "cost_rate_in_cents": 10000,
    "currency": "USD",
    "currency_symbol": "$",
    "currency_base_unit": 100,
    "user_can_edit": False,
    "approved": True,
    "taxable": False,
    "is_invoiced": True,
    "story_id": "274141475",
    "workspace_id": "19092375",
    "user_id": "9572715",
    "active_submission_id": "45052605",
    "id": "562670875",
}


def test_a_time_entry_has_the_fields_and_types_of_the_public_sample(kantata: Any) -> None:
    body = kantata.get("time_entries.json", per_page=200).json
    assert list(body) == ["count", "results", "time_entries", "meta"]
    assert body["meta"] == {"count": 6, "page_count": 1, "page_number": 1, "page_size": 200}
    assert body["results"][0] == {"key": "time_entries", "id": body["results"][0]["id"]}
    shown = body["time_entries"]["562670001"]
    assert list(shown) == list(SAMPLE)
    assert {name: type(value) for name, value in shown.items()} == {
        name: type(value) for name, value in SAMPLE.items()
    }
    assert (shown["time_in_minutes"], shown["rate_in_cents"], shown["cost_rate_in_cents"]) == (
        465, 14000, 4800,
    )  # fmt: skip
    assert shown["updated_at"] == "2026-06-22T02:00:00-07:00"


def test_instants_carry_pacific_time_in_winter_and_summer(kantata: Any) -> None:
    workspace = kantata.get("workspaces/19092301.json").json["workspaces"]["19092301"]
    assert workspace["created_at"] == "2026-01-05T01:00:00-08:00"


def test_pages_are_twenty_unless_asked_and_two_hundred_at_most(
    kantata: Any, make_firm: Callable[..., Any], make_entry: Callable[..., Any]
) -> None:
    kantata.show(make_firm(time_entries=tuple(make_entry(n) for n in range(1, 431))))
    first = kantata.get("time_entries").json
    assert (len(first["results"]), first["meta"]["page_count"], first["count"]) == (20, 22, 430)
    most = kantata.get("time_entries", per_page=5000, page=3).json
    assert (len(most["results"]), most["meta"]) == (
        30, {"count": 430, "page_count": 3, "page_number": 3, "page_size": 200},
    )  # fmt: skip
    assert kantata.get("time_entries", per_page=200, page=9).json["results"] == []


def test_limit_and_offset_count_only_together(kantata: Any) -> None:
    both = kantata.get("time_entries", limit=2, offset=4, order="created_at:asc").json
    assert [ref["id"] for ref in both["results"]] == ["562670005", "562670007"]
    alone = kantata.get("time_entries", limit=2).json
    assert alone["meta"]["page_size"] == 20


def test_the_results_hold_the_order_and_the_collection_the_records(kantata: Any) -> None:
    body = kantata.get("time_entries", order="created_at:desc").json
    ids = [ref["id"] for ref in body["results"]]
    assert ids == sorted(ids, reverse=True)
    assert set(ids) == set(body["time_entries"])


def test_time_of_archived_projects_is_hidden_unless_asked_for(kantata: Any) -> None:
    assert "562670006" not in kantata.get("time_entries").json["time_entries"]
    shown = kantata.get("time_entries", from_archived_workspaces="true").json
    assert "562670006" in shown["time_entries"]
    assert shown["count"] == 7
    assert kantata.get("time_entries/562670006").status_code == 404
    assert kantata.get("time_entries/562670006", from_archived_workspaces="true").status_code == 200


def test_archived_projects_are_hidden_unless_asked_for(kantata: Any) -> None:
    assert kantata.get("workspaces").json["count"] == 2
    all_of_them = kantata.get("workspaces", include_archived="true").json
    assert all_of_them["count"] == 3
    assert all_of_them["workspaces"]["19092303"]["status"]["message"] == "Closed"
    assert kantata.get("workspaces/19092303").status_code == 404
    assert kantata.get("workspaces", only="19092303").json["count"] == 0


@pytest.mark.parametrize("value", ["true", "false", "0", "banana"])
def test_the_approved_filter_counts_as_true_whatever_is_sent(kantata: Any, value: str) -> None:
    body = kantata.get("time_entries", approved=value).json
    assert {entry["approved"] for entry in body["time_entries"].values()} == {True}
    assert body["count"] == 3


def test_filters_narrow_by_change_day_and_submission(kantata: Any) -> None:
    def ids(**query: Any) -> set[str]:
        return set(
            kantata.get("time_entries", from_archived_workspaces="true", **query).json[
                "time_entries"
            ]
        )

    assert ids(date_performed_between="2026-06-01:2026-06-07") == {"562670006"}
    assert ids(updated_after="2026-06-22T08:59:59Z") == ids()
    assert ids(updated_after="2026-06-22T09:00:00Z") == set()
    assert ids(updated_after="2026-06-22T02:00:00-07:00") == set()
    assert ids(created_before="2026-06-15T17:02:00Z") == {"562670001"}
    assert ids(with_timesheet_id="45052602") == set()
    assert ids(with_recent_timesheet_ids="45052602,45052603") == {"562670004", "562670005"}
    assert ids(billable="false") == {"562670007"}
    assert ids(only="562670001,1") == {"562670001"}
    assert ids(nobody_knows_this="1") == ids()


def test_associations_come_beside_the_records_when_asked_for(kantata: Any) -> None:
    plain = kantata.get("time_entries").json
    assert "recent_submission_id" not in plain["time_entries"]["562670004"]
    body = kantata.get("time_entries", include="recent_submission,story,nothing").json
    assert body["time_entries"]["562670004"]["recent_submission_id"] == "45052602"
    assert body["time_entries"]["562670004"]["active_submission_id"] is None
    assert body["timesheet_submissions"]["45052602"]["status"] == "rejected"
    assert body["stories"]["274141401"]["title"] == "Build"


def test_a_resubmission_is_a_new_submission_and_the_entry_moves_to_it(
    kantata: Any, make_firm: Callable[..., Any], make_entry: Callable[..., Any],
    make_submission: Callable[..., Any],
) -> None:  # fmt: skip
    again = make_submission(9)
    moved = make_entry(4, active_submission_id="45052609", recent_submission_id="45052609")
    old = make_firm()
    kantata.show(
        make_firm(
            submissions=(*old.submissions, again),
            time_entries=tuple(
                moved if e.source_record_id == "562670004" else e for e in old.time_entries
            ),
        )
    )
    sheets = kantata.get("timesheet_submissions", include="time_entries", per_page=200).json
    held = {k: v["time_entry_ids"] for k, v in sheets["timesheet_submissions"].items()}
    assert held["45052602"] == []
    assert held["45052609"] == ["562670004"]


def test_a_submission_tells_who_resolved_it_and_what_it_is_worth(kantata: Any) -> None:
    sheet = kantata.get("timesheet_submissions/45052601").json["timesheet_submissions"]["45052601"]
    assert sheet["current_resolution_creator_id"] == 9572702
    assert sheet["current_resolution_created_at_date"] == "2026-06-22T02:00:00-07:00"
    # 7.75 h at 140.00, and half an hour at 187.50; the unbillable entry counts nothing
    assert sheet["line_item_total_in_cents"] == 108500 + 9375
    assert kantata.get("timesheet_submissions", statuses="new").json["count"] == 1
    assert kantata.get("timesheet_submissions", order="created_at:asc").status_code == 422
    assert kantata.get("timesheet_submissions", start_date_after="2026-06-15").json["count"] == 3


def test_custom_fields_hold_what_the_ledger_needs_of_a_project(kantata: Any) -> None:
    body = kantata.get("workspaces", include="custom_field_values", only="19092302").json
    values = {v["custom_field_name"]: v for v in body["custom_field_values"].values()}
    assert {name: value["display_value"] for name, value in values.items()} == {
        "Project code": "P-1002", "Billing model": "Capped", "Legal entity": "UK01",
        "Contract currency": "USD", "Cap amount": "USD 250,000.00",
    }  # fmt: skip
    assert values["Cap amount"]["value"] == [25000000, "USD"]
    assert values["Billing model"]["type"] == "single"
    ids = body["workspaces"]["19092302"]["custom_field_value_ids"]
    assert set(ids) == set(body["custom_field_values"])


def test_setting_a_custom_field_again_makes_a_value_with_a_new_id(
    kantata: Any, make_firm: Callable[..., Any]
) -> None:
    def cap() -> Any:
        listed = kantata.get("custom_field_values", subject_type="Workspace", per_page=200).json
        return next(
            value for value in listed["custom_field_values"].values()
            if value["custom_field_name"] == "Cap amount"
        )  # fmt: skip

    before = cap()
    old = make_firm()
    raised = replace(
        old.projects[1], cap_amount=Decimal(300000), changed_at=datetime(2026, 6, 20, tzinfo=UTC)
    )
    kantata.show(make_firm(projects=(*old.projects, raised)))
    after = cap()
    assert after["id"] != before["id"]
    assert after["value"] == [30000000, "USD"]
    kantata.now = datetime(2026, 6, 19, tzinfo=UTC)
    assert cap()["id"] == before["id"]


def test_custom_field_values_need_a_subject_type(kantata: Any) -> None:
    refused = kantata.get("custom_field_values")
    assert (refused.status_code, refused.json["errors"][0]["type"]) == (422, "validation")


def test_staffing_shows_who_when_and_where(kantata: Any) -> None:
    body = kantata.get("workspace_allocations", include="workspace_resource").json
    first = body["workspace_allocations"]["32405001"]
    assert (first["start_date"], first["end_date"], first["minutes"]) == (
        "2026-01-05", "2026-12-31", 259 * 480,
    )  # fmt: skip
    assert body["workspace_resources"][first["workspace_resource_id"]]["user_id"] == "9572701"
    assert body["workspace_allocations"]["32405002"]["end_date"] == "2099-12-31"
    assert body["count"] == 2


def test_groups_carry_the_customer_code_of_the_erp(kantata: Any) -> None:
    body = kantata.get("workspace_groups", include="external_references").json
    assert body["count"] == 2
    reference = body["workspace_groups"]["1450201"]["external_reference_ids"][0]
    assert body["external_references"][reference]["service_model_ref"] == "C-01"


def test_people_who_left_are_shown_as_disabled(kantata: Any) -> None:
    users = kantata.get("users").json["users"]
    assert {user_id: user["disabled"] for user_id, user in users.items()} == {
        "9572701": False, "9572702": True,
    }  # fmt: skip


def test_an_account_without_adjustments_answers_an_empty_list(kantata: Any) -> None:
    body = kantata.get("time_adjustments").json
    assert (body["count"], body["results"], body["time_adjustments"]) == (0, [], {})


def test_without_the_token_every_request_is_refused(kantata: Any) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = kantata.http.get("/api/v1/time_entries.json", headers=headers)
        assert answer.status_code == 401
        assert answer.json == {"errors": [{"type": "oauth", "message": "Invalid OAuth 2 Request"}]}


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("nothing_like_this", {}, 404),
        ("time_entries/1", {}, 404),
        ("time_entries", {"updated_after": "banana"}, 422),
        ("time_entries", {"date_performed_between": "2026-06-01"}, 422),
        ("time_entries", {"order": "hours:asc"}, 422),
    ],
)
def test_what_the_vendor_cannot_read_is_refused_in_its_own_words(
    kantata: Any, path: str, query: dict[str, str], status: int
) -> None:
    answer = kantata.get(path, **query)
    assert answer.status_code == status
    assert set(answer.json["errors"][0]) == {"type", "message"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [("rate_limited", 429), ("unavailable", 503), ("server_error", 500), ("unauthorized", 401),
     ("ok_with_error", 200)],
)  # fmt: skip
def test_armed_refusals_are_worded_as_the_vendor_words_them(
    kantata: Any, kind: str, status: int
) -> None:
    kantata.fault(kind)
    answer = kantata.get("time_entries")
    assert (answer.status_code, list(answer.json)) == (status, ["errors"])
    assert "Retry-After" not in answer.headers
    assert kantata.get("time_entries").json["count"] == 6


def test_the_account_shows_each_instant_as_it_was(
    kantata: Any, make_firm: Callable[..., Any]
) -> None:
    old = make_firm()
    entry = old.time_entries[0]
    edited = replace(entry, hours=Decimal("8.00"), changed_at=entry.changed_at + timedelta(days=2))
    gone = replace(edited, is_deleted=True, changed_at=entry.changed_at + timedelta(days=4))
    kantata.show(make_firm(time_entries=(*old.time_entries, edited, gone)))

    def minutes() -> Any:
        shown = kantata.get("time_entries", only=entry.source_record_id).json["time_entries"]
        return shown[entry.source_record_id]["time_in_minutes"] if shown else None

    kantata.now = entry.changed_at + timedelta(days=1)
    assert minutes() == 465
    kantata.now = entry.changed_at + timedelta(days=3)
    assert minutes() == 480
    kantata.now = entry.changed_at + timedelta(days=5)
    assert minutes() is None
