"""Two hundred simulated schedules, and that a seed is all a schedule needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.postgres import postgres
from tests.simulation.__main__ import report
from tests.simulation.books import KINDS
from tests.simulation.campaign import Totals, play_seed
from tests.simulation.nemesis import FAULTS
from tests.simulation.planner_sql import plan_in_sql
from tests.simulation.schedule import Options, run_seed

__all__ = ["postgres"]
ROOT = Path(__file__).parents[2]
SEEDS, PARTS = 200, 4


@pytest.mark.parametrize("part", range(PARTS))
def test_no_schedule_doubles_or_loses_anything(part):
    totals = Totals()
    for seed in range(1 + part, 1 + SEEDS, PARTS):
        totals.add(play_seed(seed))
    assert totals.failed == {}
    assert (totals.seeds, totals.duplicates, totals.losses) == (SEEDS // PARTS, 0, 0)
    assert totals.lines > 60
    assert totals.faults.keys() <= set(FAULTS)
    assert len(totals.faults) > len(FAULTS) // 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_quiet_schedule_of_every_kind_posts_everything(kind, tmp_path):
    outcome = run_seed(7, tmp_path / "firm", Options((kind,), frozenset()))
    assert (outcome.problem, outcome.history.faults) == (None, {})
    assert outcome.lines > 0


def test_a_seed_plays_the_same_in_another_process():
    said = [
        subprocess.run(
            [sys.executable, "-m", "tests.simulation", "--seed", "11"],
            cwd=ROOT, env={"PYTHONHASHSEED": salt, "PATH": ""}, capture_output=True, text=True,
            check=True, timeout=300,
        ).stdout
        for salt in ("1", "2")
    ]  # fmt: skip
    assert said[0] == said[1]
    assert "lines posted once" in said[0]


@pytest.mark.parametrize("seed", [3, 14, 31])
def test_a_ledger_on_postgresql_holds_the_same(seed, tmp_path, postgres):
    outcome = run_seed(seed, tmp_path / "firm", Options(ledger_url=postgres.database()))
    assert outcome.problem is None


def test_the_planning_sql_plans_what_the_plain_planner_plans():
    outcome = play_seed(50)
    assert outcome.problem is None
    assert outcome.lines > 0


def move_and_withdraw(world):
    """An entry is taken back in one ERP after the other, and then it is approved again."""
    first, second = world.kinds
    world.firm.routes = {"US01": first, "UK01": second}
    number = world.firm.add(32)
    for change in (world.firm.move, world.firm.withdraw, world.firm.approve):
        for _ in range(2):
            world.close_run()
        change(number)


def change_before_and_after_the_books_are_read(world):
    """Hours there and back, a corrected rate and a closed month, each after posting."""
    number = world.firm.add_in_june()
    world.close_run()
    for quarters in (20, 32):
        world.firm.edit(number, quarters=quarters)
        world.close_run()
    world.firm.correct_rate()
    world.firm.is_june_closed = True
    world.close_run()
    world.firm.delete(number)


@pytest.mark.parametrize("guide", [move_and_withdraw, change_before_and_after_the_books_are_read])
def test_both_planners_correct_what_changes_after_posting(guide, tmp_path):
    kinds = ("line_unique", "line_text")
    options = Options(kinds, frozenset(), planner=plan_in_sql, guide=guide)
    outcome = run_seed(0, tmp_path / "firm", options)
    assert outcome.problem is None
    assert outcome.reversals > 1
    assert outcome.reposts > 1


def test_the_counts_of_a_campaign_name_its_corrections():
    totals = Totals(seeds=1, lines=5, reversals=2, reposts=1)
    assert "5 lines posted, 0 duplicates, 0 losses\n2 of them reversals, 1 reposts" in report(
        totals
    )
