"""A correction may be cut off at every named point; the books end with the entries as they are now."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest

from tests.nasty.correction_model import Entry, Offers
from tests.nasty.fake_erp import LATE_SECONDS, FakeErp
from tests.nasty.posting_kit import World
from tests.nasty.test_posting_crashes import Crash, MortalLedger, stopping_at
from tieout.domain.keys import REVERSAL
from tieout.posting.ledger_export import export_ledger

ROUNDS = 3
"""Finish what is open; take back and post; nothing is left."""

MOODS = ["", "lost_ack", "drop", "late", "draft"]


def corrected_world(path, *, is_unique):
    """Three posted entries: one edited, one moved, one withdrawn since; the books were read."""
    world = World(path, FakeErp(is_unique=is_unique), ledger_class=MortalLedger)
    edited, moved, withdrawn = (Entry(number) for number in (1, 2, 3))
    offers = Offers([edited, moved, withdrawn])
    world.post(offers.frame())
    offers.seen = booked(world)
    edited.version, edited.hours = 2, Decimal(6)
    moved.version, moved.project = 2, "P-2"
    withdrawn.is_approved = False
    return world, offers


def booked(world):
    return {found.posting_key for found in world.erp.objects if found.state == "posted"}


def assert_right_in_the_end(world, offers):
    """Without faults and with fresh books the ERP says what the entries say, and it ends there."""
    world.erp.moods = {}
    world.erp.wait(LATE_SECONDS)
    world.erp.settle(world.erp.clock)
    for _ in range(ROUNDS):
        offers.seen = booked(world)
        world.post(offers.frame())
    assert all(count == 1 for count in world.erp.counts().values())
    assert offers.net(booked(world)) == offers.right(booked(world))
    states = export_ledger(world.ledger)["posting_lines"]
    assert set(states["state"]) == {"acked"}
    assert world.post(offers.frame()).planned == 0


def points_of(path, **kind):
    world, offers = corrected_world(path, **kind)
    with stopping_at(world, None) as reached:
        world.post(offers.frame())
    world.ledger.close()
    return reached


@pytest.mark.parametrize("is_unique", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_correction_survives_a_crash_at_every_point(tmp_path, is_unique):
    count = len(points_of(tmp_path / "calm", is_unique=is_unique))
    assert count > 20
    for number in range(1, count + 1):
        mood = MOODS[number % len(MOODS)]
        world, offers = corrected_world(tmp_path / str(number), is_unique=is_unique)
        keys = [key for key in offers.rows() if mood and key.startswith(REVERSAL)]
        world.erp.moods = {key: [mood] for key in keys}
        with stopping_at(world, number), suppress(Crash):
            world.post(offers.frame())
        world.restart()
        standing = {key for key in booked(world) if not key.startswith(REVERSAL)}
        twice = [key for key in standing if REVERSAL + key not in booked(world)]
        assert len({offers.offered[key]["entry_id"] for key in twice}) == len(twice), number
        assert_right_in_the_end(world, offers)
        world.ledger.close()
