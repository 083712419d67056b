"""The posting protocol from the outside: what the ERP holds and what the report says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from filelock import FileLock

from tests.nasty.posting_kit import JUNE, NOW, TARGET, FakeErp, World, frame, line, lines, open_gate
from tieout.domain.errors import ContractError
from tieout.domain.period import Period
from tieout.domain.verdict import Finding, Verdict
from tieout.posting.ledger_export import export_ledger
from tieout.posting.payload import conform, fingerprint, totals_of
from tieout.posting.run import PostingBusy
from tieout.posting.steps import groups_of


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.ledger.close()


def keys_of(rows):
    return rows["posting_key"].to_list()


def test_lines_are_posted_once_and_proven_and_a_second_run_changes_nothing(world):
    first = world.post(lines(5))
    assert (first.planned, first.accepted, first.proven, first.exit_code) == (5, 5, 5, 0)
    before = export_ledger(world.ledger)
    second = world.post(lines(5))
    assert (second.planned, second.known, second.batches, second.exit_code) == (0, 5, [], 0)
    assert all(before[name].equals(table) for name, table in export_ledger(world.ledger).items())
    assert set(world.erp.counts().values()) == {1}


def test_nothing_to_do_is_nothing_done(world):
    report = world.post(lines(0))
    assert (report.exit_code, report.batches, world.erp.look_ups) == (0, [], 0)


def test_each_stream_and_entity_is_a_batch_of_its_own(world):
    rows = frame(
        [
            line(1),
            line(2, legal_entity_id="IN01", functional_currency_code="INR"),
            line(3, entry_type="expense", hours=Decimal(0)),
        ]
    )
    report = world.post(rows)
    assert report.batches == [
        "netsuite-2026-06-US01-expense-000001",
        "netsuite-2026-06-IN01-time-000002",
        "netsuite-2026-06-US01-time-000003",
    ]
    assert report.accepted == 3


def test_other_periods_and_other_targets_are_left_alone(world):
    rows = frame([line(1), line(2, period_id="2026-05"), line(3, target="tryton_uk")])
    assert world.post(rows).planned == 1
    assert len(world.erp.objects) == 1


# -- the gate ------------------------------------------------------------------------------------


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


# -- answers of the ERP --------------------------------------------------------------------------


def test_a_refused_line_waits_until_something_changes(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["reject"]
    report = world.post(frame([line(1), line(2)]))
    assert (report.accepted, report.rejected, report.exit_code) == (1, 1, 1)
    assert world.post(frame([line(1), line(2)])).planned == 0
    moved = frame([line(1, accounting_date=date(2026, 7, 1), accounting_period_id="2026-07")])
    assert world.post(moved).accepted == 1
    assert export_ledger(world.ledger)["posting_lines"]["batch_id"].n_unique() == 2


def test_a_refused_line_goes_again_unchanged_when_a_person_says_so(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["reject"]
    world.post(frame([line(1)]))
    world.ledger.release([key], "ada", "tax code entered", NOW)
    assert world.post(frame([line(1)])).accepted == 1


def test_a_lost_answer_is_found_by_look_up_and_nothing_is_sent_twice(world):
    key = line(1)["posting_key"]
    for mood in ("lost_ack", "lost_ack_raised"):
        world.erp.moods[key] = [mood]
        report = world.post(frame([line(1)]))
        assert (report.accepted, report.already_there, report.in_doubt) in [(0, 1, 0), (0, 0, 0)]
    assert world.erp.requests == [key]
    assert world.erp.counts()[key] == 1


def test_a_request_that_never_arrived_is_sent_again_under_the_same_key(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["drop"]
    report = world.post(frame([line(1)]))
    assert (report.accepted, report.in_doubt) == (1, 0)
    assert world.erp.requests == [key, key]


def test_a_draft_is_finished_and_never_made_a_second_time(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["draft"]
    report = world.post(frame([line(1)]))
    assert (report.accepted, report.proven, report.in_doubt) == (1, 1, 0)
    assert [found.state for found in world.erp.objects] == ["posted"]


def test_a_draft_of_a_withdrawn_line_is_left_to_a_person(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["draft"] * 9
    world.post(frame([line(1)]))
    for _ in range(2):
        report = world.post(lines(0))
        assert (report.in_doubt, report.withdrawn, report.exit_code) == (1, 0, 1)
    row = export_ledger(world.ledger)["posting_lines"].row(0, named=True)
    assert (row["state"], row["reason_code"]) == ("sending", "IN_DOUBT")
    assert "draft" in row["message"]


def test_where_the_key_is_only_text_an_absent_line_is_looked_up_again_later(tmp_path):
    world = World(tmp_path, FakeErp(is_unique=False))
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["late"]
    report = world.post(frame([line(1)]))
    assert (report.already_there, report.in_doubt) == (1, 0)
    assert world.erp.requests == [key]
    world.ledger.close()


def test_a_line_that_is_sent_in_vain_again_and_again_is_given_up_for_a_person(world):
    key = line(1)["posting_key"]
    world.erp.moods[key] = ["drop"] * 20
    reports = [world.post(frame([line(1)])) for _ in range(4)]
    assert world.state_of(key) == "dead"
    assert [report.dead for report in reports] == [0, 0, 1, 0]
    assert len(world.erp.requests) == 5
    world.ledger.release([key], "ada", "the ERP was repaired", NOW)
    world.erp.moods[key] = []
    assert world.post(frame([line(1)])).accepted == 1


def test_an_erp_that_is_down_leaves_everything_ready_for_the_next_run(world):
    world.erp.is_down = True
    report = world.post(lines(3))
    assert report.exit_code == 3
    assert "netsuite" in str(report.interrupted_by)
    assert (report.waiting, report.in_doubt) == (3, 0)
    world.erp.is_down = False
    again = world.post(lines(3))
    assert (again.planned, again.accepted, again.exit_code) == (0, 3, 0)


def test_an_erp_that_goes_down_half_way_keeps_what_it_took(world):
    world.erp.moods[line(1002)["posting_key"]] = ["down"]
    report = world.post(lines(5))
    assert (report.accepted, report.in_doubt, report.waiting, report.exit_code) == (2, 2, 1, 3)
    assert world.post(lines(5)).exit_code == 0
    assert set(world.erp.counts().values()) == {1}
    assert len(world.erp.objects) == 5


def test_answers_that_never_come_stop_the_run_before_it_tries_them_all(world):
    world.capabilities["max_batch"] = 5
    world.restart()
    for key in keys_of(lines(100)):
        world.erp.moods[key] = ["drop"] * 9
    report = world.post(lines(100))
    assert report.exit_code == 3
    assert len(world.erp.requests) < 30


def test_a_line_that_somebody_posted_already_is_found_before_it_is_sent(world):
    world.post(frame([line(1)]))
    taken = world.erp.objects[:]
    fresh = World(world.path / "restored", FakeErp(objects=taken))
    report = fresh.post(frame([line(1), line(2)]))
    assert (report.already_there, report.accepted) == (1, 1)
    assert set(fresh.erp.counts().values()) == {1}
    fresh.ledger.close()


def test_one_bad_line_in_an_atomic_call_does_not_hold_its_neighbours(tmp_path):
    world = World(tmp_path, capabilities={"max_batch": 10, "batch_atomic": True})
    bad = line(1001)["posting_key"]

    def all_or_nothing(rows):
        keys = rows["posting_key"].to_list()
        if bad in keys:
            return iter([world.delivery._send_one({**rows.row(keys.index(bad), named=True)})])
        return iter([world.delivery._send_one(row) for row in rows.iter_rows(named=True)])

    world.erp.moods[bad] = ["reject", "reject"]
    world.delivery.send = all_or_nothing
    report = world.post(lines(4))
    assert (report.accepted, report.rejected, report.in_doubt) == (3, 1, 0)
    assert world.erp.requests.count(bad) == 2
    world.ledger.close()


# -- changes while a batch is open ---------------------------------------------------------------


def test_sealed_lines_wait_for_their_release_and_then_go_unchanged(world):
    report = world.post(lines(3), release=False)
    assert (report.sealed, report.waiting, report.accepted) == (3, 3, 0)
    assert world.erp.requests == []
    later = world.post(lines(3))
    assert (later.planned, later.accepted, later.waiting) == (0, 3, 0)


def test_a_sealed_line_that_is_no_candidate_any_more_is_withdrawn_not_sent(world):
    world.post(lines(3), release=False)
    report = world.post(lines(2))
    assert (report.accepted, report.withdrawn) == (2, 1)
    assert world.state_of(line(1002)["posting_key"]) == "void"
    assert line(1002)["posting_key"] not in world.erp.counts()


def test_a_sealed_line_that_changed_is_planned_again_with_its_new_content(world):
    world.post(lines(1), release=False)
    report = world.post(lines(1, cost_amount_functional=Decimal(601)))
    assert (report.withdrawn, report.planned, report.accepted) == (1, 1, 1)
    assert world.erp.objects[0].amount == Decimal(601)


def test_a_line_in_doubt_is_resolved_before_it_may_be_withdrawn(world):
    key = line(1000)["posting_key"]
    world.erp.moods[key] = ["lost_ack"]
    true_look_up = world.delivery.look_up
    world.delivery.look_up = lambda keys: {} if world.erp.requests else true_look_up(keys)
    world.erp.moods[line(1001)["posting_key"]] = ["down"]
    world.post(lines(2))
    assert world.state_of(key) == "sending"
    world.restart()
    report = world.post(lines(0))
    assert (report.already_there, report.withdrawn) == (1, 1)
    assert world.state_of(key) == "acked"


def test_finishing_only_sends_what_is_sealed_and_plans_nothing_new(world):
    world.post(lines(2), release=False)
    report = world.post(lines(4), finish_only=True)
    assert (report.planned, report.accepted) == (0, 2)


def test_a_batch_of_another_period_is_finished_only_when_its_lines_are_known(world):
    world.post(lines(2), release=False)
    july = Period("2026-07")
    report = world.post(lines(0), period=july)
    assert (report.withdrawn, report.waiting) == (0, 2)
    assert world.post(lines(2), period=july).accepted == 2


def test_planning_only_changes_nothing_anywhere(world):
    report = world.post(frame([line(1), line(2, hours=Decimal(25))]), plan_only=True)
    assert (report.planned, report.held) == (1, 1)
    assert export_ledger(world.ledger)["posting_batches"].is_empty()
    assert not list(world.home.outbox.iterdir())
    assert world.erp.look_ups == 0


def test_a_candidate_whose_key_is_taken_with_another_payload_is_told_and_not_sent(world):
    world.post(lines(1))
    report = world.post(lines(1, memo="changed without a new version"))
    assert (report.planned, report.known) == (0, 1)
    assert report.problems[0].count("payload") == 1
    assert len(world.erp.requests) == 1


def test_two_runs_do_not_post_at_once(world):
    with (
        FileLock(str(world.home.ledger.with_name(f"{TARGET}.posting.lock"))),
        pytest.raises(PostingBusy, match="another run"),
    ):
        world.post(lines(1), lock_wait_seconds=0.05)
    assert world.post(lines(1)).accepted == 1


# -- proof ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"accounting_date": date(2026, 7, 1)}, "accounting date 2026-07-01 is not 2026-06-15"),
        ({"amount": Decimal("600.01")}, "amount 600.01 is not 600.0000"),
        ({"hours": Decimal(8)}, "hours 8 is not 7.5000"),
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
