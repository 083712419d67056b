"""The BambooHR connector against the emulated company, into a real warehouse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tieout.domain.errors import AuthenticationFailed, ConfigError, ContractError, SystemUnreachable


def employees(bamboohr: Any, columns: str) -> list[tuple[Any, ...]]:
    return bamboohr.rows(f"select {columns} from raw_bamboohr.employees order by id, version")


def test_everybody_lands_with_number_entity_and_dates(bamboohr: Any) -> None:
    report = bamboohr.extract()
    assert report.tables["employees"].landed == 3
    assert employees(
        bamboohr, "id, employee_number, legal_entity, hire_date, termination_date"
    ) == [
        ("101", "W-0001", "US01", date(2024, 1, 8), None),
        ("102", "W-0002", "US01", date(2024, 1, 8), None),
        ("103", "W-0003", "US01", date(2024, 1, 8), date(2026, 6, 12)),
    ]


def test_a_contractor_stays_one_after_leaving(bamboohr: Any) -> None:
    bamboohr.extract()
    assert employees(bamboohr, "id, status, employment_status, working_status")[2] == (
        "103", "Inactive", "Terminated", "Contractor",
    )  # fmt: skip


def test_a_second_run_reads_only_who_changed_and_lands_nothing(bamboohr: Any) -> None:
    bamboohr.extract()
    before = employees(bamboohr, "id, version, known_at")
    bamboohr.http.delete("/__sandbox__/log")
    bamboohr.now += timedelta(days=1)
    assert bamboohr.extract().landed == 0
    assert bamboohr.requests() == ["/changed", "/all/tables/employmentStatus", "/103"]
    assert employees(bamboohr, "id, version, known_at") == before


def test_a_change_becomes_a_version(bamboohr: Any) -> None:
    bamboohr.extract()
    moved = replace(
        bamboohr.workers[1], job_title="Manager", changed_at=datetime(2026, 7, 4, tzinfo=UTC)
    )
    bamboohr.show(*bamboohr.workers, moved)
    bamboohr.now = datetime(2026, 7, 5, tzinfo=UTC)
    assert bamboohr.extract().landed == 1
    titles = [row for row in employees(bamboohr, "id, action, job_title") if row[0] == "102"]
    assert titles == [("102", "Inserted", "Consultant"), ("102", "Updated", "Manager")]


def test_a_deletion_is_a_version_that_says_so(bamboohr: Any) -> None:
    bamboohr.extract()
    removed = replace(
        bamboohr.workers[1], is_deleted=True, changed_at=datetime(2026, 7, 4, tzinfo=UTC)
    )
    bamboohr.show(*bamboohr.workers, removed)
    bamboohr.now = datetime(2026, 7, 5, tzinfo=UTC)
    assert bamboohr.extract().landed == 1
    last = [row for row in employees(bamboohr, "id, action, employee_number") if row[0] == "102"]
    assert last == [("102", "Inserted", "W-0002"), ("102", "Deleted", None)]


def test_somebody_deleted_between_feed_and_reading_counts_as_deleted(bamboohr: Any) -> None:
    feed = bamboohr.get("employees/changed", since="1970-01-01T00:00:00Z").json
    feed["employees"]["900"] = {
        "id": "900",
        "action": "Updated",
        "lastChanged": "2026-06-01T00:00:00Z",
    }
    bamboohr.fault("ok_with_error", "/changed", body=feed)
    assert bamboohr.extract().landed == 4
    assert ("900", "Deleted") in employees(bamboohr, "id, action")


def test_another_field_can_hold_the_legal_entity(bamboohr: Any) -> None:
    file = bamboohr.folder / "firm" / "firm.yml"
    file.write_text(file.read_text().replace("legal_entity: division", "legal_entity: location"))
    bamboohr.extract()
    assert {row[0] for row in employees(bamboohr, "legal_entity")} == {"New York"}


def test_an_unknown_field_for_the_legal_entity_is_refused(bamboohr: Any) -> None:
    file = bamboohr.folder / "firm" / "firm.yml"
    file.write_text(file.read_text().replace("legal_entity: division", "legal_entity: shoes"))
    with pytest.raises(ConfigError, match="legal_entity"):
        bamboohr.extract()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rate_limited", "retry_after": 0},
        {"kind": "unavailable"},
        {"kind": "truncated"},
        {"kind": "html"},
        {"kind": "ok_with_error"},
        {"kind": "drop"},
        {"kind": "slow", "seconds": 0.01},
    ],
    ids=lambda fault: fault["kind"],
)
def test_a_passing_trouble_is_waited_out(bamboohr: Any, fault: dict[str, Any]) -> None:
    bamboohr.fault(path_regex="/102", **fault)
    assert bamboohr.extract().landed == 3


@pytest.mark.parametrize("path", ["/changed", "/all/tables"])
def test_half_an_answer_of_the_feed_or_the_table_is_asked_for_again(
    bamboohr: Any, path: str
) -> None:
    bamboohr.fault("truncated", path)
    assert bamboohr.extract().landed == 3


@pytest.mark.parametrize("path", ["/changed", "/all/tables", "/102"])
def test_losing_the_key_midway_fails_the_run_and_lands_nothing(bamboohr: Any, path: str) -> None:
    bamboohr.fault("unauthorized", path)
    with pytest.raises(AuthenticationFailed):
        bamboohr.extract()
    assert (
        bamboohr.rows("select * from information_schema.tables where table_schema like 'raw%'")
        == []
    )
    assert bamboohr.extract().landed == 3


@pytest.mark.parametrize("kind", ["truncated", "html", "ok_with_error"])
def test_an_answer_that_stays_unreadable_fails_the_run(bamboohr: Any, kind: str) -> None:
    bamboohr.fault(kind, "/102", times=10)
    with pytest.raises(SystemUnreachable, match="could not be read"):
        bamboohr.extract()


def test_a_company_without_people_is_no_answer(bamboohr: Any) -> None:
    bamboohr.show()
    with pytest.raises(SystemUnreachable, match="shows no employee at all"):
        bamboohr.extract()


def test_a_key_that_may_not_see_employee_numbers_is_named(
    bamboohr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.bamboohr.resources.FIELDS", ("firstName", "lastName"))
    with pytest.raises(ContractError, match="employeeNumber"):
        bamboohr.extract()


def test_a_date_that_is_none_is_null_and_a_date_that_is_wrong_is_set_aside(bamboohr: Any) -> None:
    person = bamboohr.get("employees/101", fields="hireDate").json
    full = {**bamboohr.get("employees/101", fields="employeeNumber,firstName").json, **person}
    bamboohr.fault("ok_with_error", "/101", body={**full, "terminationDate": "0000-00-00"})
    bamboohr.fault("ok_with_error", "/102", body={**full, "id": "102", "hireDate": "soon"})
    report = bamboohr.extract()
    assert (report.tables["employees"].landed, report.quarantined) == (2, 1)
    assert bamboohr.rows(
        "select source_record_id, reason_code from raw_bamboohr.quarantined_records"
    ) == [("102", "TYPE_INVALID")]
