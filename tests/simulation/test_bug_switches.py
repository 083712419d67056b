"""Every known bad design of posting makes the simulation go red within a few seeds."""

from __future__ import annotations

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.correction_bugs import CORRECTION_BUGS
from tests.simulation.schedule import Options, run_seed

SEEDS_MAX = 60
ALL_BUGS = BUGS | CORRECTION_BUGS


def first_problem(folder, options):
    """The first seed that finds something, and what; None when none does."""
    for seed in range(SEEDS_MAX):
        problem = run_seed(seed, folder / str(seed), options).problem
        if problem is not None:
            return problem
    return None


@pytest.mark.parametrize("name", ALL_BUGS)
def test_a_known_bad_design_is_noticed(name, tmp_path, monkeypatch):
    bug = ALL_BUGS[name]
    bug.patch(monkeypatch)
    options = Options(bug.kinds, bug.faults, bug.rate, bug.rules, guide=bug.guide)
    assert first_problem(tmp_path, options), f"{SEEDS_MAX} seeds noticed nothing"


@pytest.mark.parametrize("name", ALL_BUGS)
def test_the_same_surroundings_without_the_bad_design_are_fine(name, tmp_path):
    bug = ALL_BUGS[name]
    options = Options(bug.kinds, bug.faults, bug.rate, guide=bug.guide)
    assert run_seed(0, tmp_path / "0", options).problem is None
