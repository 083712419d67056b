"""The emulated BambooHR answers as its published description says."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator

SPEC = Path(__file__).parents[2] / "conformance" / "specs" / "bamboohr-v1.yaml"


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return yaml.load(SPEC.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def problems(spec: dict[str, Any], path: str, answer: Any) -> list[str]:
    success = spec["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    validator = Draft202012Validator({**success["schema"], "components": spec["components"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]


@pytest.mark.parametrize(
    ("path", "asked", "query"),
    [
        ("/api/v1/employees", "employees", {"fields": "workEmail,hireDate,divisionName"}),
        ("/api/v1/employees/directory", "employees/directory", {}),
        ("/api/v1/employees/changed", "employees/changed", {"since": "2026-01-01T00:00:00Z"}),
        ("/api/v1/employees/{id}", "employees/102", {"fields": "employeeNumber,terminationDate"}),
        ("/api/v1/employees/{id}/tables/{table}", "employees/all/tables/employmentStatus", {}),
        ("/api/v1/employees/{id}/tables/{table}", "employees/102/tables/jobInfo", {}),
    ],
)
def test_every_answer_is_valid_by_the_published_schema(
    bamboohr: Any, spec: dict[str, Any], path: str, asked: str, query: dict[str, str]
) -> None:
    answer = bamboohr.get(asked, **query)
    assert answer.status_code == 200
    assert problems(spec, path, answer.json) == []


def test_the_list_shows_the_fixed_fields_and_the_optional_ones_asked_for(bamboohr: Any) -> None:
    people = bamboohr.get("employees", fields="workEmail,shoeSize").json["data"]
    assert people[1] == {
        "employeeId": "102",
        "firstName": "Ada",
        "lastName": "Nguyen 2",
        "preferredName": None,
        "photoUrl": None,
        "jobTitleName": "Consultant",
        "status": "Active",
        "workEmail": "ada.2@meridian.example",
        "_restrictedFields": [],
    }


def follow(bamboohr: Any, which: str, **query: str) -> list[Any]:
    pages = [bamboohr.get("employees", **query).json]
    for _ in range(10):
        link = pages[-1]["_links"].get(which)
        if link is None:
            return pages
        query = dict(parse_qsl(urlsplit(link["href"]).query))
        pages.append(bamboohr.get("employees", **query).json)
    raise AssertionError("the links never end")


def test_the_cursor_leads_through_the_list_and_back(bamboohr: Any) -> None:
    limit = {"page[limit]": "2"}
    pages = follow(bamboohr, "next", **limit)
    assert [[p["employeeId"] for p in page["data"]] for page in pages] == [["101", "102"], ["103"]]
    assert pages[0]["meta"] == {
        "total": 3,
        "page": {
            "limit": 2,
            "nextCursor": pages[0]["meta"]["page"]["nextCursor"],
            "prevCursor": None,
        },
    }
    after = pages[0]["meta"]["page"]["nextCursor"]
    back = follow(bamboohr, "prev", **limit, **{"page[after]": after})
    assert [[p["employeeId"] for p in page["data"]] for page in back] == [["103"], ["101", "102"]]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"filter[status]": "inactive"}, ["103"]),
        ({"filter[firstName]": "BO"}, ["103"]),
        ({"filter[jobTitleName]": "partner"}, ["101"]),
        ({"filter[ids]": "101,103"}, ["101", "103"]),
        ({"filter[ids][]": "102"}, ["102"]),
        ({"sort": "-lastName"}, ["103", "102", "101"]),
        ({"sort": "firstName,-employeeId"}, ["102", "101", "103"]),
    ],
)
def test_filters_and_sorting(bamboohr: Any, query: dict[str, str], shown: list[str]) -> None:
    people = bamboohr.get("employees", **query).json["data"]
    assert [person["employeeId"] for person in people] == shown


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"filter[status]": "asleep"}, "BadRequest"),
        ({"sort": "salary"}, "BadRequest"),
        ({"page[limit]": "9999"}, "BadRequest"),
        ({"page[after]": "***"}, "BadPage"),
        ({"page[after]": base64.urlsafe_b64encode(b"999").decode()}, "BadPage"),
    ],
)
def test_a_query_it_cannot_use_is_400_with_a_code(
    bamboohr: Any, query: dict[str, str], code: str
) -> None:
    answer = bamboohr.get("employees", **query)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, code)


def test_the_directory_shows_only_who_works_here(bamboohr: Any) -> None:
    people = bamboohr.get("employees/directory").json["employees"]
    assert [(p["id"], p["division"], p["supervisor"]) for p in people] == [
        ("101", "US01", None),
        ("102", "US01", "Ada Nguyen 1"),
    ]


def test_changes_tell_who_was_made_changed_and_deleted(bamboohr: Any, make_worker: Any) -> None:
    removed = make_worker(1, changed_at=datetime(2026, 7, 1, tzinfo=UTC), is_deleted=True)
    bamboohr.show(*bamboohr.workers, removed)
    answer = bamboohr.get("employees/changed", since="2026-01-01T00:00:00Z").json
    assert {number: one["action"] for number, one in answer["employees"].items()} == {
        "101": "Deleted",
        "102": "Inserted",
        "103": "Updated",
    }
    assert answer["latest"] == "2026-07-01T00:00:00Z"
    deleted = bamboohr.get("employees/changed", since="2026-01-01T00:00:00Z", type="deleted").json
    assert list(deleted["employees"]) == ["101"]


def test_nothing_changed_is_an_empty_object(bamboohr: Any) -> None:
    answer = bamboohr.get("employees/changed", since="2026-07-02T00:00:00Z").json
    assert answer == {"latest": "2026-07-02T00:00:00Z", "employees": {}}


@pytest.mark.parametrize("query", [{}, {"since": "banana"}, {"since": "2026-01-01", "type": "x"}])
def test_changes_need_an_instant_and_a_known_type(bamboohr: Any, query: dict[str, str]) -> None:
    assert bamboohr.get("employees/changed", **query).status_code == 400


def test_the_details_of_one_employee_are_what_was_asked_for(bamboohr: Any) -> None:
    wanted = "employeeNumber,status,employmentStatus,terminationDate,shoeSize"
    assert bamboohr.get("employees/103", fields=wanted).json == {
        "id": "103",
        "employeeNumber": "W-0003",
        "status": "Inactive",
        "employmentStatus": "Terminated",
        "terminationDate": "2026-06-12",
    }


def test_an_unknown_employee_and_table_are_404(bamboohr: Any) -> None:
    assert bamboohr.get("employees/999").status_code == 404
    assert bamboohr.get("employees/101/tables/salaries").status_code == 404


def test_a_wrong_key_is_401_and_a_request_for_xml_406(bamboohr: Any) -> None:
    json_please = {"Accept": "application/json"}
    path = "/api/v1/employees"
    assert bamboohr.http.get(path, auth=("guess", "x"), headers=json_please).status_code == 401
    assert bamboohr.http.get(path, headers=json_please).status_code == 401
    key = ("sandbox-bamboohr-key", "x")
    assert bamboohr.http.get(path, auth=key, headers={"Accept": "text/xml"}).status_code == 406
