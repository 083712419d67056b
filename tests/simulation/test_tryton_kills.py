"""SIGKILL at random moments of real posting runs at a real Tryton on PostgreSQL.

`make kill-tryton KILLS=200` prints the counts. Each run gets new lines, is killed somewhere in the
middle and never tidied up after; the next run goes on from what the ledger and Tryton hold. At the
end both are compared with each other and with PostgreSQL itself.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.kit.postgres import postgres
from tests.kit.tryton_postgres import connect, tryton_on
from tests.simulation.post_to_tryton import TARGET, delivery_to, lines
from tieout.posting.ledger import GENESIS, Ledger
from tieout.posting.ledger_export import posting_lines
from tieout.posting.seal import check_chain
from tieout.sandbox.tryton.sample import COST, SAMPLE
from tieout.sandbox.vendors.base import TOKENS

__all__ = ["postgres"]
pytestmark = [pytest.mark.long, pytest.mark.tryton, pytest.mark.timeout(3 * 3600)]

KILLS = int(os.environ.get("KILLS", "200"))
LINES_PER_RUN = 4
TOLD_EVERY = 10
RUN_SECONDS_MAX = 600.0
ATTEMPTS_PER_KILL = 3
ROOT = Path(__file__).parents[2]


class Runner:
    """Starts posting processes one ahead of time and kills them at a chosen moment."""

    def __init__(self, home: Path, address: str) -> None:
        self.home, self.address, self.count = home, address, 0
        self.next = self._start()

    def _start(self) -> subprocess.Popen[str]:
        self.count += LINES_PER_RUN
        return subprocess.Popen(
            [sys.executable, "-m", "tests.simulation.post_to_tryton", str(self.home),
             self.address, str(self.count)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def begin(self) -> subprocess.Popen[str]:
        """A process that has begun to post; the next one is loading meanwhile."""
        process, self.next = self.next, self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        assert process.stdout.readline() == "begun\n"
        return process

    def finish(self) -> tuple[int, float, str]:
        """One run to its end: exit code, seconds and what it said."""
        process, began = self.begin(), time.monotonic()
        said, _ = process.communicate(timeout=RUN_SECONDS_MAX)
        return process.returncode, time.monotonic() - began, said

    def stop(self) -> None:
        self.next.kill()
        self.next.communicate()


def kill_often(runner: Runner, kills: int, chance: random.Random) -> tuple[int, int, float]:
    """Kill so many runs at moments spread evenly over a run; (killed, survived, seconds)."""
    _, typical, _ = runner.finish()
    killed = survived = 0
    for _ in range(kills * ATTEMPTS_PER_KILL):
        if killed == kills:
            break
        process, began = runner.begin(), time.monotonic()
        try:
            process.wait(timeout=chance.uniform(0.0, typical))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            killed += 1
            if killed % TOLD_EVERY == 0:
                sys.__stdout__.write(f"{killed} of {kills} kills\n")
        else:
            process.communicate()
            survived += 1
            typical = 0.5 * (typical + time.monotonic() - began)
    return killed, survived, typical


def test_killed_at_random_moments_tryton_and_the_ledger_hold_the_same_lines(
    postgres, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("TRYTON_USER", TOKENS["tryton"]["username"])
    monkeypatch.setenv("TRYTON_PASSWORD", TOKENS["tryton"]["password"])
    (tmp_path / "tryton").mkdir()
    with tryton_on(postgres, tmp_path / "tryton", SAMPLE) as server:
        runner = Runner(tmp_path / "home", server.url)
        try:
            killed, survived, typical = kill_often(runner, KILLS, random.Random(20260701))
            code, _, said = runner.finish()
        finally:
            runner.stop()
        assert code == 0, said
        posted = runner.count - LINES_PER_RUN
        wanted = lines(posted)["posting_key"].to_list()
        with connect(postgres) as books:
            moves = books.execute(
                "select move.description, move.state, sum(line.debit) from account_move move"
                " join account_move_line line on line.move = move.id"
                " join account_account account on account.id = line.account"
                " where account.code = %s and move.description like %s"
                " group by move.id, move.description, move.state",
                (COST, "%kill-%"),
            ).fetchall()
        found = delivery_to(server.url).look_up(wanted)
    ledger = Ledger.at(tmp_path / "home" / "ledger.sqlite")
    table = posting_lines(ledger).filter(state="acked")
    held = Counter(key for key, state, _ in moves if state == "posted")
    doubled = sum(count - 1 for count in held.values())
    lost = len(set(wanted) - held.keys())
    in_ledger = sum(table["amount"], Decimal(0))
    in_books = sum((amount for _, _, amount in moves), Decimal(0))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{killed} kills, {survived} runs survived (about {typical:.1f} s each), {posted}"
            f" lines: {doubled} duplicates, {lost} lost; ledger {in_ledger}, Tryton {in_books}\n"
        )
    assert killed == KILLS
    assert (doubled, lost) == (0, 0)
    assert held == Counter(wanted)
    assert {state for _, state, _ in moves} == {"posted"}
    assert {key: len(items) for key, items in found.items()} == dict.fromkeys(wanted, 1)
    assert sorted(table["posting_key"]) == sorted(wanted)
    assert table["is_proven"].all()
    assert in_ledger == in_books
    assert ledger.unfinished(TARGET) == []
    assert check_chain(tmp_path / "home" / "outbox", TARGET, ledger.seals(TARGET), GENESIS) == []
    ledger.close()
