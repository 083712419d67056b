"""The Kantata connector against the emulated account, into a real warehouse."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from pipelines.kantata import resources
from tieout.domain.errors import AuthenticationFailed, ConfigError, ContractError

ROOT = Path(__file__).resolve().parents[3]
LATER = datetime(2026, 7, 5, tzinfo=UTC)
CHANGED = datetime(2026, 7, 4, tzinfo=UTC)


def entries(kantata: Any, columns: str) -> list[tuple[Any, ...]]:
    return kantata.rows(f"select {columns} from raw_kantata.time_entries order by id, version")


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


APPROVED = micros(datetime(2026, 6, 22, 9, tzinfo=UTC))


def test_everything_of_the_account_lands_typed(kantata: Any) -> None:
    report = kantata.extract()
    assert {name: counts.landed for name, counts in report.tables.items()} == {
        "workspace_groups": 2, "workspaces": 3, "users": 2, "workspace_allocations": 2,
        "timesheet_submissions": 4, "time_entries": 7,
    }  # fmt: skip
    assert report.quarantined == 0
    columns = (
        "id, version, epoch_us(known_at), is_deleted, date_performed, time_in_minutes, rate_in_cents,"
        " cost_rate_in_cents, currency, approved, story__title, submission__status,"
        " epoch_us(submission__resolved_at), submission__resolved_by, epoch_us(updated_at)"
    )
    assert entries(kantata, columns)[0] == (
        "562670001", APPROVED, micros(kantata.now), False, date(2026, 6, 15), 465, 14000, 4800,
        "GBP", True, "Build", "approved", APPROVED, "9572702", APPROVED,
    )  # fmt: skip


def test_entries_of_an_archived_project_are_not_lost(kantata: Any) -> None:
    kantata.extract()
    assert ("562670006", "19092303") in entries(kantata, "id, workspace_id")
    archived = kantata.rows("select id from raw_kantata.workspaces where archived")
    assert archived == [("19092303",)]


def test_archiving_a_project_deletes_nothing(kantata: Any, make_firm: Any) -> None:
    kantata.extract()
    old = kantata.firm.projects[0]
    archived = replace(old, changed_at=CHANGED, is_active=False, kantata_status="Closed")
    kantata.show(make_firm(projects=(*kantata.firm.projects, archived)))
    kantata.now = LATER
    report = kantata.extract(sweep_from=date(2026, 6, 1))
    assert {name: counts.deleted for name, counts in report.tables.items() if counts.deleted} == {}
    assert report.tables["workspaces"].landed == 1


def test_the_state_of_approval_comes_with_each_entry(kantata: Any) -> None:
    kantata.extract()
    states = "id, approved, active_submission_id, recent_submission_id, submission__status"
    assert [row[1:] for row in entries(kantata, states)][2:5] == [
        (False, None, None, None),
        (False, None, "45052602", "rejected"),
        (False, "45052603", "45052603", "pending"),
    ]


def test_the_custom_fields_of_a_project_land_as_columns(kantata: Any) -> None:
    kantata.extract()
    columns = "custom__project_code, custom__billing_model, custom__legal_entity, custom__contract_currency, custom__cap_in_cents, custom__cap_currency, primary_workspace_group_id"
    assert kantata.rows(f"select {columns} from raw_kantata.workspaces order by id") == [
        ("P-1001", "Time and materials", "UK01", "GBP", None, None, "1450201"),
        ("P-1002", "Capped", "UK01", "USD", 25000000, "USD", "1450202"),
        ("P-1003", "Time and materials", "UK01", "GBP", None, None, "1450201"),
    ]


def test_a_second_run_lands_nothing_and_leaves_known_at_alone(kantata: Any) -> None:
    kantata.extract()
    before = entries(kantata, "id, version, known_at")
    kantata.now += timedelta(hours=6)
    again = kantata.extract(sweep_from=date(2026, 6, 1))
    assert again.landed == 0
    assert again.tables["time_entries"].unchanged > 0
    assert entries(kantata, "id, version, known_at") == before


def test_the_second_run_asks_for_what_changed_and_for_the_open_periods(kantata: Any) -> None:
    kantata.extract()
    kantata.http.delete("/__sandbox__/log")
    kantata.now += timedelta(days=1)
    kantata.extract(sweep_from=date(2026, 6, 1))
    asked = [
        row["query"]
        for row in kantata.http.get("/__sandbox__/log").json
        if "time_entries" in row["path"]
    ]
    assert len(asked) == 2
    assert "updated_after=2026-06-19T09%3A00%3A00Z" in asked[0]
    assert "date_performed_between=2026-06-01%3A2999-12-31" in asked[1]
    assert all("from_archived_workspaces=true" in query for query in asked)


def test_an_edit_after_approval_becomes_a_second_version(
    kantata: Any, make_firm: Any, make_entry: Any
) -> None:
    kantata.extract()
    edited = make_entry(1, changed_at=CHANGED, hours=Decimal("4.25"))
    kantata.show(make_firm(time_entries=(*kantata.firm.time_entries, edited)))
    kantata.now = LATER
    assert kantata.extract().tables["time_entries"].landed == 1
    minutes = [
        row[1:] for row in entries(kantata, "id, time_in_minutes, version") if row[0] == "562670001"
    ]
    assert minutes == [(465, micros(datetime(2026, 6, 22, 9, tzinfo=UTC))), (255, micros(CHANGED))]


def test_a_resubmission_lands_as_a_new_submission_beside_the_rejected_one(
    kantata: Any, make_firm: Any, make_entry: Any, make_submission: Any
) -> None:
    kantata.extract()
    again = make_submission(9, created_at=CHANGED, changed_at=CHANGED, status="pending",
                            resolution_at=None, resolution_worker_id=None)  # fmt: skip
    moved = replace(
        kantata.firm.time_entries[3], changed_at=CHANGED, approval_status="submitted",
        active_submission_id="45052609", recent_submission_id="45052609",
    )  # fmt: skip
    kantata.show(make_firm(
        submissions=(*kantata.firm.submissions, again),
        time_entries=(*kantata.firm.time_entries, moved),
    ))  # fmt: skip
    kantata.now = LATER
    report = kantata.extract(sweep_from=date(2026, 6, 1))
    assert report.tables["timesheet_submissions"].landed == 1
    assert report.landed == 2
    sheets = kantata.rows("select id, status from raw_kantata.timesheet_submissions order by id")
    assert ("45052602", "rejected") in sheets
    assert ("45052609", "pending") in sheets
    states = [
        row[1:]
        for row in entries(kantata, "id, recent_submission_id, submission__status")
        if row[0] == "562670004"
    ]
    assert states == [("45052602", "rejected"), ("45052609", "pending")]


def test_a_hard_deletion_becomes_a_tombstone(kantata: Any, make_entry: Any, make_firm: Any) -> None:
    kantata.extract()
    gone = make_entry(2, changed_at=CHANGED, is_deleted=True)
    kantata.show(make_firm(time_entries=(*kantata.firm.time_entries, gone)))
    kantata.now = LATER
    report = kantata.extract(sweep_from=date(2026, 6, 1))
    assert report.tables["time_entries"].deleted == 1
    assert [
        row for row in entries(kantata, "id, is_deleted, time_in_minutes, version") if row[1]
    ] == [("562670002", True, 30, micros(LATER))]
    kantata.now += timedelta(hours=1)
    assert kantata.extract(sweep_from=date(2026, 6, 1)).landed == 0


def test_a_withdrawn_staffing_becomes_a_tombstone(kantata: Any, make_firm: Any) -> None:
    kantata.extract()
    withdrawn = replace(kantata.firm.assignments[0], changed_at=CHANGED, is_active=False)
    kantata.show(make_firm(assignments=(*kantata.firm.assignments, withdrawn)))
    kantata.now = LATER
    assert kantata.extract().tables["workspace_allocations"].deleted == 1


def test_a_changed_custom_field_is_a_version_even_where_the_project_keeps_its_stamp(
    kantata: Any,
) -> None:
    kantata.extract()
    body = kantata.get(
        "workspaces",
        include="custom_field_values,primary_workspace_group",
        include_archived="true",
        order="created_at:asc",
        per_page=200,
    ).json
    for value in body["custom_field_values"].values():
        if value["custom_field_name"] == "Cap amount":
            value["value"][0] = 30000000
    kantata.fault("ok_with_error", "/workspaces.json", body=body)
    kantata.now = LATER
    report = kantata.extract()
    assert report.tables["workspaces"].landed == 1
    assert kantata.rows(
        "select custom__cap_in_cents from raw_kantata.workspaces where id = '19092302' order by version"
    ) == [(25000000,), (30000000,)]


def test_many_small_pages_over_several_connections_land_every_record_once(
    kantata: Any, monkeypatch: pytest.MonkeyPatch, rewrite_firm: Any
) -> None:
    rewrite_firm("")
    file = kantata.folder / "firm" / "firm.yml"
    file.write_text(file.read_text().replace("connections: 1", "connections: 4"))
    monkeypatch.setattr(resources, "PER_PAGE", 2)
    assert kantata.extract().tables["time_entries"].landed == 7
    ids = [row[0] for row in entries(kantata, "id")]
    assert ids == sorted(set(ids))
    log = kantata.http.get("/__sandbox__/log").json
    assert sum(row["path"].endswith("/time_entries.json") for row in log) == 6


def test_the_pages_are_kept_as_evidence(kantata: Any) -> None:
    kantata.extract()
    kept = {path.name.rpartition("-")[0] for path in kantata.home.evidence.rglob("*.zst")}
    assert kept == {
        "workspace_groups", "workspaces", "users", "workspace_allocations",
        "timesheet_submissions", "time_entries",
    }  # fmt: skip


def test_a_firm_may_call_its_custom_fields_otherwise(kantata: Any, rewrite_firm: Any) -> None:
    rewrite_firm(", custom_project_code: Contract currency")
    kantata.extract()
    assert set(kantata.rows("select custom__project_code from raw_kantata.workspaces")) == {
        ("GBP",), ("USD",),
    }  # fmt: skip


def test_a_project_code_field_that_nobody_has_is_refused_by_name(
    kantata: Any, rewrite_firm: Any
) -> None:
    rewrite_firm(", custom_project_code: Job number")
    with pytest.raises(ContractError, match=r"custom\.project_code"):
        kantata.extract()


@pytest.mark.parametrize("connections", ["0", "99", "many"])
def test_a_senseless_number_of_connections_is_refused_with_the_field(
    kantata: Any, connections: str
) -> None:
    file = kantata.folder / "firm" / "firm.yml"
    file.write_text(file.read_text().replace("connections: 1", f"connections: {connections}"))
    with pytest.raises(ConfigError, match=r"systems\.kantata\.options\.connections"):
        kantata.extract()


def test_a_wrong_token_is_refused_and_written_nowhere(kantata: Any) -> None:
    (kantata.folder / "firm" / "secrets" / "token").write_text("stolen")
    with pytest.raises(AuthenticationFailed, match="check the secrets of system kantata"):
        kantata.extract()
    assert not any(b"stolen" in p.read_bytes() for p in kantata.home.path.rglob("*") if p.is_file())


def test_it_runs_alone_and_says_what_is_unreachable(kantata: Any) -> None:
    firm = kantata.folder / "firm"
    file = firm / "firm.yml"
    file.write_text(file.read_text().replace("http://kantata.test", "http://127.0.0.1:1"))
    run = subprocess.run(
        [sys.executable, "-m", "pipelines.kantata", "--firm", firm, "--home", kantata.folder / "h"],
        capture_output=True, text=True, timeout=120, cwd=ROOT, check=False,
    )  # fmt: skip
    assert run.returncode == 3, run.stderr
    assert "kantata" in run.stderr
    assert "Traceback" not in run.stderr


def test_it_runs_alone_over_the_network(kantata: Any) -> None:
    server = make_server("127.0.0.1", 0, kantata.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        firm = kantata.folder / "firm"
        file = firm / "firm.yml"
        address = f"http://127.0.0.1:{server.server_port}"
        file.write_text(file.read_text().replace("http://kantata.test", address))
        run = subprocess.run(
            [sys.executable, "-m", "pipelines.kantata", "--firm", firm, "--home", kantata.home.path],
            capture_output=True, text=True, timeout=120, cwd=ROOT, check=False,
        )  # fmt: skip
    finally:
        server.shutdown()
        thread.join(timeout=30)
    assert run.returncode == 0, run.stderr
    assert "kantata\ttime_entries\textracted 7\tlanded 7" in run.stdout
    assert len(entries(kantata, "id")) == 7
