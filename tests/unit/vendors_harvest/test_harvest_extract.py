"""The Harvest connector against the emulated account, into a real warehouse."""

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

from pipelines.harvest import resources
from tieout.domain.errors import AuthenticationFailed, ConfigError

ENTRIES = ("time_entries",)
ROOT = Path(__file__).parents[3]


def entries(harvest: Any, columns: str) -> list[tuple[Any, ...]]:
    return harvest.rows(f"select {columns} from raw_harvest_us.time_entries order by id, version")


def test_everything_of_the_account_lands_typed(harvest: Any) -> None:
    report = harvest.extract()
    assert {name: counts.landed for name, counts in report.tables.items()} == {
        "accounts": 1, "clients": 2, "projects": 3, "users": 2, "user_assignments": 2,
        "task_assignments": 2, "time_entries": 6,
    }  # fmt: skip
    assert report.quarantined == 0
    first = entries(
        harvest,
        "id, spent_date, hours, rounded_hours, billable_rate, version, is_deleted, user__id",
    )[0]
    updated = datetime(2026, 6, 20, 12, 1, tzinfo=UTC)
    assert first == (
        "636709001", date(2026, 6, 2), Decimal("7.4200"), Decimal("7.5000"),
        Decimal("185.000000"), int(updated.timestamp()) * 1_000_000, False, "1782001",
    )  # fmt: skip


def test_a_second_run_lands_nothing_and_leaves_known_at_alone(harvest: Any) -> None:
    harvest.extract(only_tables=ENTRIES)
    before = entries(harvest, "id, version, known_at")
    harvest.now += timedelta(hours=6)
    again = harvest.extract(only_tables=ENTRIES)
    assert again.landed == 0
    assert again.tables["time_entries"].unchanged == 6
    assert entries(harvest, "id, version, known_at") == before


def test_an_edit_after_approval_becomes_a_second_version(
    harvest: Any, make_firm: Any, make_entry: Any
) -> None:
    harvest.extract(only_tables=ENTRIES)
    edited = make_entry(
        1, changed_at=datetime(2026, 7, 4, tzinfo=UTC), hours=Decimal("4.00"),
        approval_status="draft",
    )  # fmt: skip
    harvest.show(make_firm(time_entries=(*harvest.firm.time_entries, edited)))
    harvest.now = datetime(2026, 7, 5, tzinfo=UTC)
    assert harvest.extract(only_tables=ENTRIES).tables["time_entries"].landed == 1
    versions = [
        row[1:] for row in entries(harvest, "id, rounded_hours, is_locked") if row[0] == "636709001"
    ]
    assert versions == [(Decimal("7.5000"), True), (Decimal("4.0000"), False)]


def test_a_hard_deletion_becomes_a_tombstone(harvest: Any, make_entry: Any, make_firm: Any) -> None:
    harvest.extract(only_tables=ENTRIES)
    gone = make_entry(2, changed_at=datetime(2026, 7, 4, tzinfo=UTC), is_deleted=True)
    harvest.show(make_firm(time_entries=(*harvest.firm.time_entries, gone)))
    harvest.now = datetime(2026, 7, 5, tzinfo=UTC)
    report = harvest.extract(only_tables=ENTRIES, sweep_from=date(2026, 6, 1))
    assert report.tables["time_entries"].deleted == 1
    assert [row for row in entries(harvest, "id, is_deleted, rounded_hours") if row[1]] == [
        ("636709002", True, Decimal("7.5000"))
    ]
    harvest.now += timedelta(hours=1)
    assert harvest.extract(only_tables=ENTRIES, sweep_from=date(2026, 6, 1)).landed == 0


def test_a_deletion_in_a_closed_period_is_not_looked_for(
    harvest: Any, make_entry: Any, make_firm: Any
) -> None:
    harvest.extract(only_tables=ENTRIES)
    gone = make_entry(2, changed_at=datetime(2026, 7, 4, tzinfo=UTC), is_deleted=True)
    harvest.show(make_firm(time_entries=(*harvest.firm.time_entries, gone)))
    harvest.now = datetime(2026, 7, 5, tzinfo=UTC)
    assert harvest.extract(only_tables=ENTRIES, sweep_from=date(2026, 7, 1)).landed == 0


def test_an_archived_client_is_a_new_version_and_no_deletion(harvest: Any, make_firm: Any) -> None:
    harvest.extract(only_tables=["clients"])
    first = harvest.firm.clients[0]
    archived = replace(first, changed_at=datetime(2026, 7, 4, tzinfo=UTC), is_active=False)
    harvest.show(make_firm(clients=(*harvest.firm.clients, archived)))
    harvest.now = datetime(2026, 7, 5, tzinfo=UTC)
    counts = harvest.extract(only_tables=["clients"]).tables["clients"]
    assert (counts.landed, counts.deleted) == (1, 0)


def test_many_small_pages_land_every_record_once(
    harvest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "PER_PAGE", 1)
    assert (
        harvest.extract(only_tables=["projects", "time_entries"]).tables["time_entries"].landed == 6
    )
    log = harvest.http.get("/__sandbox__/log").json
    assert sum(row["path"].endswith("/time_entries") for row in log) == 6
    assert sum(row["path"].endswith("/projects") for row in log) == 3


def test_the_pages_are_kept_as_evidence(harvest: Any) -> None:
    harvest.extract()
    kept = {path.name.rpartition("-")[0] for path in harvest.home.evidence.rglob("*.zst")}
    assert kept == {
        "accounts", "clients", "projects", "users", "user_assignments", "task_assignments",
        "time_entries",
    }  # fmt: skip


def test_the_option_names_the_hours_that_count(harvest: Any) -> None:
    harvest.extract(only_tables=["accounts"])
    assert harvest.rows("select id, option_hours from raw_harvest_us.accounts") == [
        ("sandbox.harvestapp.com", "rounded_hours")
    ]


def test_an_unknown_kind_of_hours_is_refused_with_the_field(harvest: Any) -> None:
    file = harvest.folder / "firm" / "firm.yml"
    file.write_text(file.read_text().replace("hours: rounded_hours", "hours: minutes"))
    with pytest.raises(ConfigError, match=r"systems\.harvest_us\.options\.hours"):
        harvest.extract()


def test_the_credentials_go_with_every_request_and_nowhere_else(harvest: Any) -> None:
    (harvest.folder / "firm" / "secrets" / "token").write_text("stolen")
    with pytest.raises(AuthenticationFailed, match="check the secrets of system harvest_us"):
        harvest.extract()
    assert not any(b"stolen" in p.read_bytes() for p in harvest.home.path.rglob("*") if p.is_file())


def test_it_runs_alone_over_the_network(harvest: Any) -> None:
    server = make_server("127.0.0.1", 0, harvest.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    firm = harvest.folder / "firm"
    file = firm / "firm.yml"
    address = f"http://127.0.0.1:{server.server_port}"
    file.write_text(file.read_text().replace("http://harvest.test", address))
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pipelines.harvest", "--firm", firm, "--home", harvest.home.path],
            capture_output=True, text=True, timeout=240, cwd=ROOT, check=False,
        )  # fmt: skip
    finally:
        server.shutdown()
        thread.join(timeout=30)
    assert run.returncode == 0, run.stderr
    assert "harvest_us\ttime_entries\textracted 6\tlanded 6" in run.stdout
    assert len(entries(harvest, "id")) == 6
