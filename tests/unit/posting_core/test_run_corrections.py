"""Corrections in the posting step: reversal first, its counterpart after the ERP took it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.nasty.posting_kit import NOW, TARGET, World, frame, line, reversal
from tieout.domain.keys import posting_key
from tieout.domain.period import Period
from tieout.posting.ledger_export import export_ledger
from tieout.posting.standing import planned_lines

OLD, NEW = 1, 2
GROUP = {"correction_group_id": "harvest_us:7|v1>v2", "correction_kind": "edit"}


@pytest.fixture
def world(tmp_path):
    """One installation and its ERP."""
    made = World(tmp_path)
    yield made
    made.ledger.close()


def posted(world, **changes):
    """One entry that stands in the ERP, as it was sent."""
    old = line(7, version=OLD, **changes)
    world.post(frame([old]))
    return old


def pair(old, **changes):
    """What takes the line back, and the entry as it is now."""
    new = line(7, version=NEW, hours=Decimal(6), cost_amount_functional=Decimal(480), **GROUP)
    return reversal(old, **GROUP), new | changes


def figures(world):
    return sorted((found.posting_key[:2], found.hours, found.amount) for found in world.erp.objects)


def test_a_correction_is_sent_in_one_step_reversal_first(world):
    taken_back, new = pair(posted(world))
    report = world.post(frame([taken_back, new]))
    assert (report.planned, report.accepted, report.behind) == (2, 2, 0)
    assert world.erp.requests[-2:] == [taken_back["posting_key"], new["posting_key"]]
    assert sum(found.hours for found in world.erp.objects) == Decimal(6)
    assert sum(found.amount for found in world.erp.objects) == Decimal(480)
    again = world.post(frame([taken_back, new]))
    assert (again.planned, again.accepted) == (0, 0)


def test_what_was_sent_in_another_form_waits_until_the_books_were_read(world):
    old = posted(world)
    _, new = pair(old)
    # the models know nothing yet of the line that stands: the new version is offered alone
    report = world.post(frame([new | dict.fromkeys(GROUP)]))
    assert (report.planned, report.behind, report.exit_code) == (0, 1, 1)
    assert [found.posting_key for found in world.erp.objects] == [old["posting_key"]]


@pytest.mark.parametrize("mood", ["reject", "drop", "down"])
def test_where_the_reversal_fails_nothing_takes_its_place(world, mood):
    taken_back, new = pair(posted(world))
    world.erp.moods[taken_back["posting_key"]] = [mood] * 6
    report = world.post(frame([taken_back, new]))
    assert new["posting_key"] not in world.erp.requests
    assert mood == "down" or report.behind == 1
    world.erp.moods = {}
    world.ledger.release([taken_back["posting_key"]], "ada", "looked at", NOW)
    world.post(frame([taken_back, new]))
    assert world.state_of(new["posting_key"]) == "acked"


def test_a_refused_counterpart_leaves_a_half_pair_that_is_completed_later(world):
    taken_back, new = pair(posted(world))
    world.erp.moods[new["posting_key"]] = ["reject"]
    report = world.post(frame([taken_back, new]))
    assert (report.accepted, report.rejected) == (1, 1)
    assert sum(found.hours for found in world.erp.objects) == 0
    later = line(7, version=3, hours=Decimal(5), **GROUP)
    world.post(frame([later]))
    assert sum(found.hours for found in world.erp.objects) == Decimal(5)


def test_nothing_is_taken_back_for_a_version_that_the_gate_holds(world):
    taken_back, new = pair(posted(world), hours=Decimal(31))
    report = world.post(frame([taken_back, new]))
    assert (report.planned, report.behind, report.exit_code) == (0, 2, 1)
    assert report.problems == [
        "1 reversals wait: the gate holds what is to take their place (HOURS_OUT_OF_RANGE)"
    ]
    assert sum(found.hours for found in world.erp.objects) == Decimal("7.5")


def test_a_withdrawn_entry_is_taken_back_alone(world):
    old = posted(world)
    report = world.post(frame([reversal(old, correction_kind="withdrawal")]))
    assert (report.accepted, report.exit_code) == (1, 0)
    assert figures(world)[0] == ("R:", Decimal("-7.5"), Decimal(-600))
    assert sum(found.amount for found in world.erp.objects) == 0


def test_an_entry_that_changed_back_before_sending_is_left_alone(world):
    taken_back, new = pair(posted(world))
    world.post(frame([taken_back, new]), release=False)
    assert world.state_of(taken_back["posting_key"]) == "sealed"
    assert world.state_of(new["posting_key"]) is None
    report = world.post(frame([]))
    assert report.withdrawn == 1
    assert world.state_of(taken_back["posting_key"]) == "void"
    assert len(world.erp.objects) == 1


def test_a_sealed_line_in_another_period_gives_way_to_the_entry_as_it_is_now(world):
    old = line(7, version=OLD, period_id="2026-05", work_date=line(1)["work_date"])
    world.post(frame([old]), release=False, period=Period("2026-05"))
    new = line(7, version=NEW)
    report = world.post(frame([new]))
    assert world.state_of(old["posting_key"]) == "void"
    assert (report.accepted, [found.posting_key for found in world.erp.objects]) == (
        1,
        [new["posting_key"]],
    )


def test_one_version_is_posted_again_under_another_key(world):
    old = posted(world)
    again = line(7, version=OLD, cost_rate=Decimal(90), cost_amount_functional=Decimal(675))
    again["posting_key"] += ".2"
    rate = {"correction_group_id": "harvest_us:7|v1>v1.2", "correction_kind": "rate"}
    report = world.post(frame([reversal(old, **rate), again | rate]))
    assert (report.accepted, report.problems) == (2, [])
    assert sum(found.amount for found in world.erp.objects) == Decimal(675)


def test_a_move_to_another_erp_waits_for_the_reversal_there(world):
    old = posted(world)
    elsewhere = line(7, version=NEW, target="tryton_uk", legal_entity_id="UK01", **GROUP)
    rows = frame([reversal(old, **GROUP), elsewhere])
    there = World(world.path, target="tryton_uk")
    assert there.post(rows).behind == 1
    world.post(rows)
    assert there.post(rows).accepted == 1
    assert [found.posting_key for found in there.erp.objects] == [elsewhere["posting_key"]]
    there.ledger.close()


def test_a_reversal_of_a_reversal_is_held_with_its_batch(world):
    once = reversal(posted(world))
    twice = once | {
        "posting_key": "R:" + once["posting_key"],
        "reverses_posting_key": once["posting_key"],
    }
    report = world.post(frame([twice]))
    assert (report.planned, report.held) == (0, 1)
    assert "posting.reversal_of_a_posting" in report.problems[0]


def test_the_plan_shows_what_corrections_would_do_by_kind(world):
    taken_back, new = pair(posted(world))
    report = world.post(frame([taken_back, new, line(8)]), plan_only=True)
    (edit,) = report.corrections
    assert (report.planned, report.behind) == (3, 0)
    assert (edit.kind, edit.currency_code, edit.reversals, edit.reposts) == ("edit", "USD", 1, 1)
    assert (edit.hours_to_reverse, edit.hours_to_post) == (Decimal("7.5"), Decimal(6))
    assert (edit.amount_to_reverse, edit.amount_to_post) == (Decimal(600), Decimal(480))
    assert str(edit) == (
        "edit: 1 taken back (7.50 h, 600.00 USD), 1 posted again (6.00 h, 480.00 USD)"
    )
    assert world.state_of(taken_back["posting_key"]) is None


def test_the_ledger_remembers_everything_that_was_sent(world):
    old = posted(world)
    taken_back, new = pair(old)
    world.post(frame([taken_back, new]))
    kept = planned_lines(world.ledger)
    (sent,) = kept.filter(posting_key=old["posting_key"]).to_dicts()
    same = set(old) & set(sent)
    assert {name: sent[name] for name in same} == {name: old[name] for name in same}
    assert same >= {"cost_rate", "bill_rate", "debit_account_code", "erp_project_id", "memo"}
    exported = export_ledger(world.ledger)["posting_lines"]
    (row,) = exported.filter(posting_key=taken_back["posting_key"]).to_dicts()
    assert row["reverses_posting_key"] == old["posting_key"]
    assert (row["correction_group_id"], row["correction_kind"]) == tuple(GROUP.values())
    assert row["amount"] == -old["cost_amount_functional"]


def test_the_keys_are_those_of_the_contract():
    key = posting_key("meridian", TARGET, "harvest_us", "7", OLD, "cost")
    assert line(7, version=OLD)["posting_key"] == key
    assert reversal(line(7, version=OLD))["posting_key"] == f"R:{key}"
