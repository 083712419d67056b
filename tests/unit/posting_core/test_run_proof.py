"""What was acknowledged is read back and compared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.nasty.posting_kit import JUNE, World, lines
from tieout.posting.ledger_export import export_ledger


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.ledger.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"accounting_date": date(2026, 7, 1)}, "accounting date 2026-07-01 is not 2026-06-15"),
        ({"amount": Decimal("600.01")}, "amount 600.0100 is not 600.0000"),
        ({"hours": Decimal(8)}, "hours 8.0000 is not 7.5000"),
        ({"currency_code": "INR"}, "currency INR is not USD"),
    ],
)
def test_what_the_erp_changed_silently_is_seen_by_the_read_back(world, change, told):
    true_store = world.erp.store

    def store(item):
        changed = type(item)(**{**{n: getattr(item, n) for n in item.__slots__}, **change})
        return true_store(changed)

    world.erp.store = store
    report = world.post(lines(1))
    assert (report.accepted, report.proven, report.unproven, report.exit_code) == (1, 0, 1, 1)
    row = export_ledger(world.ledger)["posting_lines"].row(0, named=True)
    assert (row["is_proven"], row["proof_difference"]) == (False, f"READ_BACK_DIFFERS: {told}")


def test_a_proven_line_is_not_read_again(world):
    world.post(lines(1))
    looked = world.erp.look_ups
    world.erp.objects.clear()
    assert world.post(lines(1)).unproven == 0
    assert world.erp.look_ups == looked


def test_a_difference_is_read_again_in_the_next_run_until_it_is_gone(world):
    true_look_up = world.delivery.look_up
    world.delivery.look_up = lambda keys: {}
    report = world.post(lines(1))
    assert report.unproven == 1
    missing = export_ledger(world.ledger)["posting_lines"]["proof_difference"][0]
    assert missing.startswith("READ_BACK_MISSING")
    world.delivery.look_up = true_look_up
    assert world.post(lines(1)).proven == 1
    assert world.post(lines(1)).proven == 0


def test_the_period_of_the_run_is_named_in_the_report(world):
    assert world.post(lines(1)).period_id == JUNE.id
