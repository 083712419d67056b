"""The sample firm's month, end to end: real servers, the command line, both ERPs.

The posting run is killed three times on the way, ten times in `make prove` (SAMPLE_KILLS=10).
"""

import json
import os
import signal
import subprocess
import time
from datetime import UTC
from decimal import Decimal

import duckdb
import pytest

from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import posting_lines
from tieout.sandbox.firm import build_firm, expected_rows, manifest
from tieout.sandbox.firm.manifest import AFTER

pytestmark = [pytest.mark.e2e, pytest.mark.tryton, pytest.mark.slow, pytest.mark.timeout(3000)]

FAULT_MARTS = (
    "rec_approved_not_posted",
    "rec_adjusted_not_reclassified",
    "rec_orphan_postings",
    "rec_duplicate_postings",
    "rec_master_data_differences",
)
BLOCKED = ("blocked", "over_cap")
KILLS = int(os.environ.get("SAMPLE_KILLS", "3"))


def same(left, right):
    """Equal as figures, instants in UTC or texts."""
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return left is not None and right is not None and Decimal(left) == Decimal(right)
    if getattr(left, "tzinfo", None):
        left = left.astimezone(UTC).replace(tzinfo=None)
    return left == right


@pytest.fixture(scope="module")
def closed(make_installation):
    """An installation whose month was killed several times while posting, then closed."""
    installation = make_installation("closed")
    installation.tieout("sandbox", "start", expect=0)
    installation.tieout("run", "--no-post", expect=0)
    installation.kills = kill_while_posting(installation, times=KILLS)
    installation.first = installation.tieout("run", expect=1)
    return installation


def kill_while_posting(installation, times):
    """SIGKILL the posting run at `times` moments spread over its life; returns where it stood."""
    moments = []
    for number in range(times):
        before = outcomes(installation)
        process = subprocess.Popen(
            installation.command("post"),
            env=installation.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        # each kill waits for a little more to have happened since this run began
        while process.poll() is None and time.monotonic() < deadline:
            if steps_taken(before, outcomes(installation)) > number % 5:
                break
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        moments.append(outcomes(installation))
    return moments


def outcomes(installation):
    """State of every line in the ledger, by posting key."""
    if not installation.home.ledger.exists():
        return {}
    ledger = Ledger.at(installation.home.ledger)
    try:
        lines = posting_lines(ledger)
    finally:
        ledger.close()
    return dict(zip(lines["posting_key"], lines["state"], strict=True))


def steps_taken(before, after):
    return sum(after[key] != before.get(key) for key in after)


def published(installation, sql):
    connection = duckdb.connect(
        str(installation.home.published / "analytics.duckdb"), read_only=True
    )
    try:
        connection.execute("set search_path = 'reconciliation,close,canonical,main'")
        result = connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    finally:
        connection.close()


def test_killed_several_times_while_posting_every_line_is_in_the_erps_exactly_once(closed):
    assert len(closed.kills) == KILLS
    assert any(
        "sending" in states.values() or "acked" in states.values() for states in closed.kills
    )
    acked = [key for key, state in outcomes(closed).items() if state == "acked"]
    assert len(acked) > 40
    held = published(closed, "select external_id, count(*) as n from fct_erp_postings group by 1")
    times = {row["external_id"]: row["n"] for row in held}
    assert {key: times.get(key) for key in acked} == dict.fromkeys(acked, 1)
    assert published(closed, "select * from rec_ledger_differences") == []


def test_every_identity_ties_and_the_report_is_named(closed):
    assert "every identity ties" in closed.first.stdout
    assert published(
        closed, "select count(*) as n from rec_tie_out_identities where not is_tied"
    ) == [{"n": 0}]
    assert "posted by Tieout to netsuite" in closed.first.stdout
    assert "posted by Tieout to tryton_uk" in closed.first.stdout
    assert str(closed.home.reports / "close-statement-2026-06.html") in closed.first.stdout


def test_every_planted_fault_is_found_with_its_reason_and_nothing_else_is_reported(closed):
    firm = build_firm()
    faults = manifest(firm)
    problems = []
    for mart in sorted({fault.mart for fault in faults}):
        found = published(closed, f"select * from {mart}")
        used = set()
        for fault in expected_rows(faults, mart, AFTER, firm.now):
            rows = [
                i for i, row in enumerate(found) if str(row[fault.key_column]) == str(fault.key)
            ]
            good = [i for i in rows if all(same(v, found[i][k]) for k, v in fault.expect.items())]
            if fault.is_absent:
                problems += [f"{fault.fault_id}: reported"] if rows else []
            elif not good:
                problems.append(
                    f"{fault.fault_id}: {fault.expect} is not {[found[i] for i in rows]}"
                )
            used.update(good[:1])
        if mart in FAULT_MARTS:
            problems += [
                f"{mart}: false alarm {row}" for i, row in enumerate(found) if i not in used
            ]
        if mart == "rec_posted_not_billed":
            problems += [
                f"{mart}: false alarm {row}"
                for i, row in enumerate(found)
                if i not in used and row["billing_status"] in BLOCKED
            ]
    assert not problems, "\n".join(problems)


def test_running_again_plans_nothing_and_posts_nothing(closed):
    before = outcomes(closed)
    marts = published(
        closed, "select * exclude (as_of_at) from rec_tie_out_identities order by all"
    )
    again = closed.tieout("run", expect=1)
    assert "netsuite: 0 lines planned, 0 posted" in again.stdout
    assert "tryton_uk: 0 lines planned, 0 posted" in again.stdout
    assert outcomes(closed) == before
    assert (
        published(closed, "select * exclude (as_of_at) from rec_tie_out_identities order by all")
        == marts
    )


def test_a_query_answers_while_a_run_goes_on(closed):
    process = subprocess.Popen(
        closed.command("reconcile"),
        env=closed.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    answered = 0
    try:
        deadline = time.monotonic() + 400
        while process.poll() is None and time.monotonic() < deadline and answered < 3:
            rows = closed.query("select count(*) as n from rec_tie_out_identities")
            assert rows[0]["n"] > 0
            answered += 1
    finally:
        process.wait(timeout=900)
    assert answered == 3
    assert process.returncode == 0


def test_the_queue_a_trace_and_the_formats(closed):
    queue = json.loads(closed.tieout("exceptions", "--format", "json", expect=0).stdout)
    assert queue
    assert all(item["owner_role"] and item["reason_code"] for item in queue)
    entry = published(
        closed, "select entry_id from fct_posting_lines where state = 'acked' order by 1 limit 1"
    )
    shown = closed.tieout("trace", entry[0]["entry_id"], expect=0).stdout
    assert "posting_key" in shown
    csv = closed.tieout("query", "select 1 as one", "--format", "csv", expect=0).stdout
    assert csv == "one\n1\n"
    assert closed.tieout("query", "selec 1", expect=2).stderr.startswith("error:")


def test_the_report_opens_offline_in_a_browser(closed, tmp_path):
    import shutil

    browser = shutil.which("chromium")
    if not browser:
        assert not os.environ.get("CI"), "chromium is missing"
        pytest.skip("chromium is not installed")
    report = closed.home.reports / "close-statement-2026-06.html"
    html = report.read_text()
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html
    assert html.count("<svg") >= 2
    dumped = subprocess.run(  # noqa: PLW1510
        [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path}", "--dump-dom", report.as_uri(),
        ],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "Every identity ties" in dumped.stdout
    assert "Posted by Tieout" in dumped.stdout
