"""The gate inside the posting step: bound to the rows, closed when in doubt."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.nasty.posting_kit import World, frame, line, lines, open_gate
from tieout.domain.errors import ContractError
from tieout.domain.verdict import Finding, Verdict
from tieout.posting.candidates import groups_of
from tieout.posting.ledger_export import export_ledger
from tieout.posting.payload import conform, fingerprint, totals_of


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.ledger.close()


def test_a_bad_line_is_held_and_the_good_ones_go(world):
    rows = frame([line(1), line(2, hours=Decimal(25)), line(3)])
    report = world.post(rows)
    assert (report.accepted, report.held, report.exit_code) == (2, 1, 1)
    tables = export_ledger(world.ledger)
    held = tables["posting_lines"].filter(state="void").row(0, named=True)
    assert held["reason_code"] == "HOURS_OUT_OF_RANGE"
    assert tables["gate_findings"]["posting_key"].to_list() == [line(2)["posting_key"]]
    batch = tables["posting_batches"].row(0, named=True)
    assert (batch["gate_evaluated"], batch["gate_quarantined"], batch["line_count"]) == (3, 1, 2)


def test_a_line_that_stays_bad_is_not_recorded_twice(world):
    rows = frame([line(1, hours=Decimal(25))])
    assert world.post(rows).batches != []
    again = world.post(rows)
    assert (again.batches, again.held, again.exit_code) == ([], 1, 1)
    assert export_ledger(world.ledger)["posting_batches"].height == 1


def test_a_line_that_was_held_goes_when_the_gate_lets_it(world):
    rows = frame([line(1, hours=Decimal(25))])
    world.post(rows)

    def tolerant(stream, checked, totals, policies):
        return Verdict(stream, fingerprint(checked), checked.height, {"none": 0})

    assert world.post(rows, gate=tolerant).accepted == 1


def raising(*_):
    raise RuntimeError("the gate broke")


def about_other_rows(stream, rows, totals, policies):
    return Verdict(stream, "0" * 64, rows.height, {"hours": 0})


def about_fewer_rows(stream, rows, totals, policies):
    return Verdict(stream, fingerprint(rows), rows.height - 1, {"hours": 0})


def without_rules(stream, rows, totals, policies):
    return Verdict(stream, fingerprint(rows), rows.height)


def naming_strangers(stream, rows, totals, policies):
    strange = (Finding("hours", "HOURS_OUT_OF_RANGE", "?", "line", "stranger"),)
    return Verdict(stream, fingerprint(rows), rows.height, {"hours": 1}, strange)


@pytest.mark.parametrize(
    "gate",
    [
        raising,
        lambda *_: None,
        lambda *_: True,
        about_other_rows,
        about_fewer_rows,
        without_rules,
        naming_strangers,
    ],
)
def test_a_gate_that_gives_no_sound_answer_releases_nothing(world, gate):
    report = world.post(lines(3), gate=gate)
    assert (report.planned, report.held, report.exit_code) == (0, 3, 1)
    assert report.problems
    assert world.erp.requests == []
    assert not list(world.home.outbox.iterdir())
    batch = export_ledger(world.ledger)["posting_batches"].row(0, named=True)
    assert (batch["state"], batch["gate_passed"]) == ("void", False)
    assert world.post(lines(3), gate=gate).batches == []
    assert world.post(lines(3)).accepted == 3


def test_control_totals_that_differ_from_the_database_release_nothing(world):
    totals = {
        group: totals_of(rows.head(2)) for group, rows in groups_of(conform(lines(3))).items()
    }
    report = world.post(lines(3), totals=totals)
    assert report.planned == 0
    assert "control totals differ in count, hours, USD" in report.problems[0]
    assert world.post(lines(3), totals={}).planned == 0
    assert world.erp.objects == []


def test_totals_still_tie_when_the_ledger_knows_some_of_the_lines(world):
    world.post(lines(2))
    totals = {group: totals_of(rows) for group, rows in groups_of(conform(lines(5))).items()}
    assert world.post(lines(5), totals=totals).accepted == 3


def test_a_key_that_occurs_twice_releases_nothing(world):
    rows = frame([line(1), line(1, memo="again"), line(2)])
    assert world.post(rows).planned == 0
    assert world.erp.objects == []


def test_a_wrong_entity_does_not_block_another(world):
    rows = frame([line(1), line(1, memo="twice"), line(2, legal_entity_id="IN01")])
    assert world.post(rows).accepted == 1


def test_a_missing_column_changes_nothing_at_all(world):
    with pytest.raises(ContractError, match="hours"):
        world.post(lines(1).drop("hours"))
    assert export_ledger(world.ledger)["posting_batches"].is_empty()


def test_the_gate_sees_the_day_of_the_run_and_the_policies(world):
    seen = {}

    def watching(stream, rows, totals, policies):
        seen.update(policies)
        return open_gate(stream, rows, totals, policies)

    world.post(lines(1), gate=watching)
    assert seen == {"max_hours_per_day": "24", "as_of_date": "2026-07-03"}
