"""The Concur connector against the emulated site, into a real warehouse."""

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

from pipelines.concur import resources
from tieout.domain.errors import AuthenticationFailed, ContractError

ROOT = Path(__file__).resolve().parents[3]
LATER = datetime(2026, 7, 5, tzinfo=UTC)
CHANGED = datetime(2026, 7, 4, tzinfo=UTC)
JUNE = date(2026, 6, 1)


def entries(concur: Any, columns: str) -> list[tuple[Any, ...]]:
    return concur.rows(f"select {columns} from raw_concur.expense_entries order by id, version")


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


APPROVED = micros(datetime(2026, 6, 22, 9, 30, 15, tzinfo=UTC))
SUBMITTED = micros(datetime(2026, 6, 19, 17, tzinfo=UTC))


def test_everything_of_the_site_lands_typed(concur: Any) -> None:
    report = concur.extract()
    assert {name: counts.landed for name, counts in report.tables.items()} == {
        "users": 2, "expense_reports": 5, "expense_entries": 8,
    }  # fmt: skip
    assert report.quarantined == 0
    columns = (
        "id, version, epoch_us(known_at), is_deleted, report_id, report_owner_id, transaction_date,"
        " transaction_amount, transaction_currency_code, exchange_rate, posted_amount,"
        " approved_amount, project__code, report__approval_status_code, report__currency_code,"
        " epoch_us(report__processing_payment_date), is_billable, is_personal"
    )
    assert entries(concur, columns)[0] == (
        "gWid0000000001", APPROVED, micros(concur.now), False, f"{1:020X}",
        "ravi.1@meridian.example", date(2026, 6, 10), Decimal("150.2500"), "USD",
        Decimal("83.200000000000000000"), Decimal("12500.8000"), Decimal("12000.0000"), "P-1001",
        "A_APPR", "INR", APPROVED, True, False,
    )  # fmt: skip


def test_the_version_is_the_later_of_the_entry_and_its_report(concur: Any) -> None:
    concur.extract()
    versions = [
        (row[0][-1], *row[1:])
        for row in entries(concur, "id, version, report__approval_status_code")
    ]
    assert versions[4:7] == [
        ("5", SUBMITTED, "A_PEND"), ("6", SUBMITTED, "A_NOTF"), ("7", SUBMITTED, "A_RESU"),
    ]  # fmt: skip


def test_an_approval_that_leaves_the_entry_untouched_is_a_new_version(
    concur: Any, make_firm: Any, make_report: Any
) -> None:
    concur.extract()
    approved = make_report(2, changed_at=CHANGED, approved_at=CHANGED)
    concur.show(make_firm(expense_reports=(*concur.firm.expense_reports, approved)))
    concur.now = LATER
    assert concur.extract(sweep_from=JUNE).tables["expense_entries"].landed == 1
    states = [
        row[1:]
        for row in entries(concur, "id, version, report__approval_status_code")
        if row[0].endswith("5")
    ]
    assert states == [(SUBMITTED, "A_PEND"), (micros(CHANGED), "A_APPR")]


def test_an_approval_taken_back_is_the_newest_version(
    concur: Any, make_firm: Any, make_report: Any
) -> None:
    concur.extract()
    recalled = make_report(1, "A_NOTF", changed_at=CHANGED)
    concur.show(make_firm(expense_reports=(*concur.firm.expense_reports, recalled)))
    concur.now = LATER
    assert concur.extract(sweep_from=JUNE).tables["expense_entries"].landed == 4
    states = [
        row[1:]
        for row in entries(concur, "id, version, report__approval_status_code")
        if row[0].endswith("1")
    ]
    assert states == [(APPROVED, "A_APPR"), (micros(CHANGED), "A_NOTF")]


def test_payment_of_a_report_is_no_version_of_its_entries(concur: Any, make_firm: Any) -> None:
    concur.extract()
    paid = replace(concur.firm.expense_reports[0], changed_at=CHANGED)
    concur.show(make_firm(expense_reports=(*concur.firm.expense_reports, paid)))
    concur.now = LATER
    report = concur.extract(sweep_from=JUNE)
    assert report.tables["expense_reports"].landed == 1
    assert report.tables["expense_entries"].landed == 0


def test_a_second_run_lands_nothing_and_leaves_known_at_alone(concur: Any) -> None:
    concur.extract()
    before = entries(concur, "id, version, known_at")
    concur.now += timedelta(hours=6)
    again = concur.extract(sweep_from=JUNE)
    assert again.landed == 0
    assert again.tables["expense_entries"].unchanged > 0
    assert entries(concur, "id, version, known_at") == before


def test_the_second_run_asks_for_reports_that_changed_and_of_open_periods(concur: Any) -> None:
    concur.extract()
    concur.http.delete("/__sandbox__/log")
    concur.now += timedelta(days=1)
    concur.extract(sweep_from=JUNE)
    asked = [row["query"] for row in concur.log() if row["path"].endswith("/expense/reports")]
    assert [part for query in asked for part in query.split("&") if "After" in part] == [
        "modifiedDateAfter=2026-06-19T09%3A30%3A15", "createDateAfter=2026-05-31",
        "modifiedDateAfter=2026-06-19T09%3A30%3A15", "entryTransactionDateAfter=2026-05-31",
    ]  # fmt: skip
    of_reports = [row["query"] for row in concur.log() if row["path"].endswith("/expense/entries")]
    assert of_reports
    assert all("reportID=" in query and "user=ravi" in query for query in of_reports)


def test_too_many_reports_in_question_are_read_in_one_list(
    concur: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    concur.extract()
    concur.http.delete("/__sandbox__/log")
    monkeypatch.setattr(resources, "BY_REPORT_MAX", 0)
    concur.now += timedelta(days=1)
    assert concur.extract(sweep_from=JUNE).landed == 0
    of_all = [row["query"] for row in concur.log() if row["path"].endswith("/expense/entries")]
    assert of_all == ["user=ALL&limit=100", "user=ALL&limit=100"]


def test_a_hard_deletion_becomes_a_tombstone(concur: Any, make_item: Any, make_firm: Any) -> None:
    concur.extract()
    gone = make_item(2, changed_at=CHANGED, is_deleted=True)
    concur.show(make_firm(expense_entries=(*concur.firm.expense_entries, gone)))
    concur.now = LATER
    assert concur.extract(sweep_from=JUNE).tables["expense_entries"].deleted == 1
    assert [row for row in entries(concur, "id, is_deleted, approved_amount") if row[1]] == [
        ("gWid0000000002", True, Decimal("12000.0000"))
    ]
    concur.now += timedelta(hours=1)
    assert concur.extract(sweep_from=JUNE).landed == 0


def test_a_deleted_report_takes_its_entries_along(concur: Any, make_firm: Any) -> None:
    concur.extract()
    old = concur.firm
    concur.show(make_firm(
        expense_reports=(*old.expense_reports[:1], *old.expense_reports[2:]),
        expense_entries=tuple(e for e in old.expense_entries if e.report_id != f"{2:020X}"),
    ))  # fmt: skip
    concur.now = LATER
    report = concur.extract(sweep_from=JUNE)
    deleted = {name: counts.deleted for name, counts in report.tables.items()}
    assert deleted == {"users": 0, "expense_reports": 1, "expense_entries": 1}


def test_an_entry_that_changed_hands_between_reports_is_one_entry(
    concur: Any, make_item: Any, make_firm: Any
) -> None:
    concur.extract()
    moved = make_item(5, 1, changed_at=CHANGED)
    concur.show(make_firm(expense_entries=(*concur.firm.expense_entries, moved)))
    concur.now = LATER
    report = concur.extract(sweep_from=JUNE)
    counts = report.tables["expense_entries"]
    assert (counts.landed, counts.deleted) == (1, 0)


def test_a_report_that_appears_while_entries_are_listed_is_asked_for_by_itself(
    concur: Any, make_firm: Any, make_item: Any, make_report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = resources.ConcurExtractor._headers

    def headers(self: Any, params: Any) -> Any:
        return {name: row for name, row in plain(self, params).items() if name != f"{1:020X}"}

    monkeypatch.setattr(resources.ConcurExtractor, "_headers", headers)
    concur.extract()
    states = dict(entries(concur, "id, report__approval_status_code"))
    assert states["gWid0000000001"] == "A_APPR"
    assert sum(f"reports/{1:020X}" in row["path"] for row in concur.log()) == 1


def test_an_entry_whose_report_vanished_meanwhile_lands_without_approval(
    concur: Any, make_firm: Any, make_item: Any
) -> None:
    concur.show(make_firm(expense_entries=(make_item(1), make_item(9, 77))))
    concur.extract()
    assert dict(entries(concur, "id, report__approval_status_code")) == {
        "gWid0000000001": "A_APPR", "gWid0000000009": None,
    }  # fmt: skip


def test_many_small_pages_land_every_record_once(
    concur: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "LIMIT", 1)
    assert concur.extract().tables["expense_entries"].landed == 8
    assert len({row[0] for row in entries(concur, "id")}) == 8
    assert sum(row["path"].endswith("/expense/entries") for row in concur.log()) == 8


def test_a_site_may_keep_the_project_in_another_field(concur: Any, rewrite_firm: Any) -> None:
    rewrite_firm("project_field: Custom7")
    concur.extract()
    assert set(entries(concur, "project__code")) == {(None,)}
    rewrite_firm("project_field: Custom77")
    with pytest.raises(ContractError, match=r"project\.code"):
        concur.extract()


def test_one_token_serves_a_run_and_a_refused_one_is_renewed_once(concur: Any) -> None:
    concur.fault("unauthorized", "expense/entries")
    assert concur.extract().tables["expense_entries"].landed == 8
    assert sum(row["path"].endswith("/oauth2/v0/token") for row in concur.log()) == 2


def test_a_token_is_renewed_before_it_runs_out(concur: Any) -> None:
    from pipelines.concur.auth import ConcurSession
    from tieout.config import load_firm
    from tieout.http import mounted

    firm = load_firm(concur.folder / "firm")
    with mounted("http://concur.test", concur.app):
        session = ConcurSession(firm.systems[0])
        session.bearer._monotonic = lambda: concur.seconds
        first = session.bearer.token()
        concur.seconds = 3539
        assert session.bearer.token() == first
        concur.seconds = 3540
        assert session.bearer.token() != first


@pytest.mark.parametrize("name", ["client_id", "client_secret", "refresh_token"])
def test_wrong_credentials_are_refused_and_written_nowhere(concur: Any, name: str) -> None:
    (concur.folder / "firm" / "secrets" / name).write_text("stolen")
    with pytest.raises(AuthenticationFailed, match="secrets"):
        concur.extract()
    assert not any(b"stolen" in p.read_bytes() for p in concur.home.path.rglob("*") if p.is_file())


def test_the_pages_are_kept_as_evidence(concur: Any) -> None:
    concur.extract()
    kept = {path.name.rpartition("-")[0] for path in concur.home.evidence.rglob("*.zst")}
    assert kept == {"users", "expense_reports", "expense_entries"}


def test_it_runs_alone_and_says_what_is_unreachable(concur: Any) -> None:
    firm = concur.folder / "firm"
    file = firm / "firm.yml"
    file.write_text(file.read_text().replace("http://concur.test", "http://127.0.0.1:1"))
    run = subprocess.run(
        [sys.executable, "-m", "pipelines.concur", "--firm", firm, "--home", concur.folder / "h"],
        capture_output=True, text=True, timeout=120, cwd=ROOT, check=False,
    )  # fmt: skip
    assert run.returncode == 3, run.stderr
    assert "concur" in run.stderr
    assert "Traceback" not in run.stderr


def test_it_runs_alone_over_the_network(concur: Any) -> None:
    server = make_server("127.0.0.1", 0, concur.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        firm = concur.folder / "firm"
        file = firm / "firm.yml"
        address = f"http://127.0.0.1:{server.server_port}"
        file.write_text(file.read_text().replace("http://concur.test", address))
        run = subprocess.run(
            [sys.executable, "-m", "pipelines.concur", "--firm", firm, "--home", concur.home.path],
            capture_output=True, text=True, timeout=120, cwd=ROOT, check=False,
        )  # fmt: skip
    finally:
        server.shutdown()
        thread.join(timeout=30)
    assert run.returncode == 0, run.stderr
    assert "concur\texpense_entries\textracted 8\tlanded 8" in run.stdout
    assert len(entries(concur, "id")) == 8
