"""Two machines with homes of their own and one ledger on PostgreSQL post one after the other."""

from __future__ import annotations

import pytest

from tests.nasty.fake_erp import TARGET, FakeErp
from tests.nasty.posting_kit import SmallHome, World, line, lines
from tieout.posting import faultpoints
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_turns import turn
from tieout.posting.run import PostingBusy


@pytest.fixture
def machines(postgres, tmp_path):
    """Two worlds with one ledger and one ERP."""
    url, erp = postgres.database(), FakeErp(is_unique=False)
    made = []
    for name in ("one", "other"):
        world = World(tmp_path / name, erp)
        world.ledger.close()
        world.ledger = Ledger(url)
        made.append(world)
    made[1].home.outbox = SmallHome(tmp_path / "one").outbox  # sealed files are shared
    yield made
    for world in made:
        world.ledger.close()


@pytest.mark.parametrize("point", ["before_plan", "after_seal_recorded", "after_mark_sending"])
def test_a_second_machine_stays_out_while_the_first_one_posts(machines, point, monkeypatch):
    one, other = machines
    refused = []

    def meet(name):
        if name == point and not refused:
            with pytest.raises(PostingBusy) as problem:
                other.post(lines(3), lock_wait_seconds=0.0)
            refused.append(str(problem.value))

    monkeypatch.setattr(faultpoints, "observer", meet)
    assert one.post(lines(3)).accepted == 3
    assert TARGET in refused[0]
    monkeypatch.setattr(faultpoints, "observer", None)
    later = other.post(lines(3))
    assert (later.planned, later.accepted) == (0, 0)
    assert set(one.erp.counts().values()) == {1}


def test_a_target_is_free_again_after_a_run_that_failed(machines, monkeypatch):
    one, other = machines

    def fail(name):
        raise RuntimeError(name)

    monkeypatch.setattr(faultpoints, "observer", fail)
    with pytest.raises(RuntimeError):
        one.post(lines(1))
    monkeypatch.setattr(faultpoints, "observer", None)
    assert other.post(lines(1), lock_wait_seconds=0.0).accepted == 1
    assert one.state_of(line(1000)["posting_key"]) == "acked"


def test_another_target_is_not_in_the_way(machines):
    one, other = machines
    with turn(one.ledger.engine, "tryton_uk", 0.0):
        assert other.post(lines(1), lock_wait_seconds=0.0).accepted == 1
