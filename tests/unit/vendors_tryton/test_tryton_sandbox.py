"""The sandbox ERP: found, filled with the firm's figures, dated, started, and stopped."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tieout.domain.errors import ConfigError
from tieout.sandbox.firm import build_firm
from tieout.sandbox.tryton.backdating import backdate
from tieout.sandbox.tryton.environment import Installation, cache_folder, find_installation
from tieout.sandbox.tryton.plan import SYSTEM, plan_of
from tieout.sandbox.tryton.ready import ready_server
from tieout.sandbox.tryton.rpc import TrytonClient, TrytonError, encode
from tieout.sandbox.tryton.sample import MOVES, SAMPLE
from tieout.sandbox.tryton.server import ServerNotReady, TrytonServer, free_port, stop_orphan
from tieout.sandbox.tryton.template import ADMIN_PASSWORD, copy_database

pytestmark = pytest.mark.tryton


@pytest.fixture(scope="module")
def firm():
    return build_firm()


@pytest.fixture(scope="module")
def plan(firm):
    return plan_of(firm)


def test_the_plan_holds_every_posting_of_the_firm_and_balances(firm, plan):
    state = firm.at(firm.now)
    lines = [line for line in state.erp_lines if line.erp_system == SYSTEM]
    assert Counter(move.description for move in plan.moves) == Counter(
        line.external_id or line.memo for line in lines
    )
    assert all(sum(line.debit - line.credit for line in move.lines) == 0 for move in plan.moves)
    booked = sum(move.lines[0].debit - move.lines[0].credit for move in plan.moves)
    assert booked == sum(line.cost_amount for line in lines)
    assert plan.closed_until == date(2026, 5, 31)
    assert len({code for code, *_ in plan.employees}) == len(plan.employees)


def test_a_reversal_is_booked_on_the_other_side_of_the_same_account(plan):
    reversals = [move for move in plan.moves if move.description.startswith("R:")]
    assert reversals
    for move in reversals:
        originals = [m for m in plan.moves if m.description == move.description[2:]]
        assert originals[0].lines[0].account == move.lines[0].account
        assert originals[0].lines[0].debit == move.lines[0].credit > Decimal(0)


def test_equal_firms_share_a_database_and_different_ones_do_not(firm, plan):
    assert plan_of(build_firm()).fingerprint == plan.fingerprint
    changed = replace(plan, moves=plan.moves[:-1])
    assert changed.fingerprint != plan.fingerprint


def test_the_ledger_holds_what_the_plan_says(tryton):
    admin = TrytonClient(tryton.url, "admin", ADMIN_PASSWORD)
    admin.context = {"company": 1, "companies": [1]}
    moves = admin.read_all("account.move", [], ["description", "state", "date", "create_date"])
    assert [move["description"] for move in moves] == [move.description for move in MOVES]
    assert [move["state"] == "posted" for move in moves] == [move.is_posted for move in MOVES]
    day = moves[0]["create_date"]
    assert (day["year"], day["month"], day["day"], day["hour"]) == (2026, 5, 12, 17)
    periods = admin.read_all("account.period", [["state", "!=", "open"]], ["name"])
    assert [row["name"] for row in periods] == [f"2026-0{month}" for month in range(1, 6)]


def test_a_history_ahead_of_the_servers_clock_keeps_its_stamps(tryton, tmp_path):
    copy = tmp_path / "copy.sqlite"
    copy_database(tryton.database, copy)
    before = copy.read_bytes()
    assert not backdate(copy, SAMPLE, now=datetime(2026, 6, 1, tzinfo=UTC))
    assert copy.read_bytes() == before
    undated = replace(SAMPLE, moves=tuple(replace(move, entered_at=None) for move in MOVES))
    assert not backdate(copy, undated)
    assert backdate(copy, SAMPLE, now=datetime(2026, 7, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="11 moves in the database, 10 in the plan"):
        backdate(copy, replace(SAMPLE, moves=MOVES[1:]), now=datetime(2026, 7, 1, tzinfo=UTC))


def test_a_server_keeps_its_database_over_a_restart_and_says_what_it_does(tmp_path):
    said = []
    server = ready_server(SAMPLE, tmp_path, note=said.append)
    try:
        admin = TrytonClient(server.url, "admin", ADMIN_PASSWORD)
        admin.create("party.party", [{"name": "Kept"}])
    finally:
        server.stop()
    assert said[0].startswith("initialising Tryton's database")
    assert said[-1] == "starting Tryton"
    assert server.pid is None
    again = ready_server(replace(SAMPLE, moves=()), tmp_path)
    try:
        admin = TrytonClient(again.url, "admin", ADMIN_PASSWORD)
        assert admin.search("party.party", [["name", "=", "Kept"]])
        with pytest.raises(TrytonError, match="nonsense"):
            admin.model("nonsense", "search", [])
    finally:
        again.stop()


def test_a_server_that_cannot_start_says_why(tmp_path):
    server = TrytonServer(find_installation(), tmp_path)
    server.database.parent.mkdir()
    server.database.write_bytes(b"this is no database")
    with pytest.raises(ServerNotReady, match="Tryton answers HTTP 50"):
        server.start()
    assert server.pid is None
    assert not (tmp_path / "pid").exists()


def test_an_orphan_is_ended_only_if_it_is_ours(tmp_path):
    stop_orphan(tmp_path)
    (tmp_path / "pid").write_text(str(os.getpid()))
    stop_orphan(tmp_path)  # we live on
    assert not (tmp_path / "pid").exists()
    (tmp_path / "pid").write_text("rubbish")
    stop_orphan(tmp_path)
    assert not (tmp_path / "pid").exists()


def test_a_missing_environment_says_how_to_make_it(tmp_path):
    with pytest.raises(ConfigError, match="run `make env`"):
        find_installation({"TIEOUT_TRYTON_PYTHON": str(tmp_path / "bin" / "python")})
    (tmp_path / "bin").mkdir()
    shutil.copy("/bin/sh", tmp_path / "bin" / "python")  # an environment without Tryton
    with pytest.raises(ConfigError, match="does not have it"):
        find_installation({"TIEOUT_TRYTON_PYTHON": str(tmp_path / "bin" / "python")})


def test_another_version_of_a_module_is_another_database():
    found = find_installation()
    other = Installation(found.python, (*found.versions[:-1], "trytond_x-9.9.9"))
    assert other.fingerprint != found.fingerprint
    assert cache_folder({"TIEOUT_CACHE": "/somewhere"}).as_posix() == "/somewhere/tryton"


def test_a_taken_port_is_replaced():
    port = free_port()
    assert free_port(port) == port
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert free_port(taken.getsockname()[1]) != taken.getsockname()[1]


def test_values_are_typed_for_tryton():
    assert encode({"d": date(2026, 6, 1), "n": [Decimal("1.50"), None, "x", True]}) == {
        "d": {"__class__": "date", "year": 2026, "month": 6, "day": 1},
        "n": [{"__class__": "Decimal", "decimal": "1.50"}, None, "x", True],
    }
