"""Real processes, a real socket, real SIGKILL: the ERP holds every line exactly once."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.kit.postgres import postgres
from tests.nasty.killing import MOMENTS, run, run_until_killed
from tests.nasty.posting_kit import TARGET, lines
from tieout.posting.ledger import GENESIS, Ledger
from tieout.posting.ledger_export import posting_lines
from tieout.posting.seal import check_chain

__all__ = ["postgres"]
START_SECONDS_MAX = 30.0
LINES_PER_RUN = 6
ROOT = Path(__file__).parents[2]


@pytest.fixture
def erp(tmp_path):
    """The ERP's folder and address; the process is ended with the test."""
    folder = tmp_path / "erp"
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.nasty.erp_process", str(folder)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + START_SECONDS_MAX
    while not (folder / "address").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    yield folder, (folder / "address").read_text()
    process.kill()
    process.wait(timeout=10)


def post_command(home, address, count):
    return [sys.executable, "-m", "tests.nasty.post_once", str(home), address, str(count)]


def assert_posted_once(home, folder, count, url=None):
    books = sqlite3.connect(folder / "books.sqlite")
    held = Counter(key for (key,) in books.execute("select key from lines"))
    books.close()
    assert held == dict.fromkeys(lines(count)["posting_key"], 1)
    ledger = Ledger.at(home / "ledger.sqlite", url)
    exported = posting_lines(ledger)
    assert exported["state"].to_list() == ["acked"] * count
    assert exported["is_proven"].all()
    assert ledger.unfinished(TARGET) == []
    seals = ledger.seals(TARGET)
    assert check_chain(home / "outbox", TARGET, seals, GENESIS) == []
    ledger.close()


@pytest.mark.slow
def test_killed_at_ten_moments_and_run_again_every_line_is_there_once(tmp_path, erp):
    folder, address = erp
    home = tmp_path / "home"
    for number, moment in enumerate(MOMENTS, start=1):
        run_until_killed(post_command(home, address, number * LINES_PER_RUN), moment)
    count = len(MOMENTS) * LINES_PER_RUN
    done = run(post_command(home, address, count))
    assert done.returncode == 0, done.stderr
    assert_posted_once(home, folder, count)
    again = run(post_command(home, address, count))
    assert again.returncode == 0
    assert "planned=0" in again.stdout
    assert "accepted=0" in again.stdout


@pytest.mark.long
def test_killed_at_any_time_from_outside_every_line_is_there_once(tmp_path, erp):
    folder, address = erp
    home = tmp_path / "home"
    clock = random.Random(20260601)
    count, kills = 0, 0
    for _ in range(25):
        count += 20
        process = subprocess.Popen(
            post_command(home, address, count),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(timeout=clock.uniform(0.5, 3.0))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait(timeout=10)
            kills += 1
    assert kills > 5
    assert run(post_command(home, address, count)).returncode == 0
    assert_posted_once(home, folder, count)


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_of_several_processes_at_once_one_posts_and_the_others_do_nothing(
    tmp_path, erp, store, request
):
    folder, address = erp
    home = tmp_path / "home"
    url = request.getfixturevalue("postgres").database() if store == "postgresql" else None
    command = [*post_command(home, address, 30), *([url] if url else [])]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [process.communicate(timeout=300)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0]
    assert sorted("planned=30" in text and "accepted=30" in text for text in said) == [
        False, False, False, True,
    ]  # fmt: skip
    assert sum("planned=0" in text and "accepted=0" in text for text in said) == 3
    assert_posted_once(home, folder, 30, url)
