"""Lines of several entries in the posting step, against what happens to single entries.

Entries are edited, moved between weeks, withdrawn and approved again before, while and after their
lines are posted; the ERP misbehaves and the process is killed. Once everything is calm, every
approved entry stands in exactly one line, and no other.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.nasty.fake_erp import LATE_SECONDS
from tests.nasty.group_model import Entry, GroupOffers
from tests.nasty.posting_kit import NOW, TARGET, World
from tests.nasty.test_posting_crashes import Crash, MortalLedger, stopping_at
from tieout.domain.keys import REVERSAL
from tieout.posting.faultpoints import POINTS
from tieout.posting.ledger import GENESIS
from tieout.posting.ledger_manifests import all_members, keys_with_member
from tieout.posting.seal import MEMBERS, check_chain

MOODS = ["reject", "lost_ack", "drop", "late", "down"]
HOURS = st.sampled_from(["1", "2.25", "6"])
WEEKS = st.sampled_from([1, 2])


class Firm:
    """A world with lines of several entries."""

    def __init__(self, folder):
        self.world = World(folder, ledger_class=MortalLedger)
        self.offers = GroupOffers()

    def step(self, **options):
        rows, members = self.offers.frames()
        return self.world.post(rows, members=members, **options)

    def read(self):
        self.offers.seen = {found.posting_key for found in self.world.erp.objects}

    def settle(self):
        """Calm, and as many runs as it takes."""
        erp = self.world.erp
        erp.moods, erp.is_down = {}, False
        for _ in range(8):
            erp.wait(LATE_SECONDS * 2)
            keys = list(self.offers.offered)
            self.world.ledger.release(keys, "ada", "looked at", NOW)
            self.read()
            self.step()
        self.read()

    def assert_right(self):
        standing = self.offers.standing()
        approved = [each for each in self.offers.entries if each.is_approved]
        assert sorted(standing) == sorted(each.name for each in approved)
        for each in approved:
            (key,) = standing[each.name]
            assert self.offers.members[key][each.name][1] == each.hours
            assert key in keys_with_member(self.world.ledger, each.name)
        booked = sum((found.hours for found in self.world.erp.objects), Decimal(0))
        assert booked == sum((each.hours for each in approved), Decimal(0))
        seals = self.world.ledger.seals(TARGET)
        assert check_chain(self.world.home.outbox, TARGET, seals, GENESIS) == []


class GroupMachine(RuleBasedStateMachine):
    """One firm, one ERP, one ledger."""

    entries = Bundle("entries")

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="group-machine-"))
        self.firm = Firm(self.folder)

    @rule(target=entries, hours=HOURS, week=WEEKS)
    def approve_a_new_entry(self, hours, week):
        entry = Entry(f"harvest_us:{len(self.firm.offers.entries)}", Decimal(hours), week)
        self.firm.offers.entries.append(entry)
        return entry

    @rule(entry=entries, hours=HOURS)
    def edit(self, entry, hours):
        entry.change(hours=Decimal(hours))

    @rule(entry=entries, week=WEEKS)
    def move(self, entry, week):
        entry.change(week=week)

    @rule(entry=entries, is_approved=st.booleans())
    def withdraw_or_approve(self, entry, is_approved):
        entry.change(is_approved=is_approved)

    @rule(entry=entries, between=st.booleans(), hours=HOURS)
    def change_and_change_back(self, entry, between, hours):
        before = entry.hours
        entry.change(hours=Decimal(hours))
        if between:
            self.firm.step()
            self.firm.read()
        entry.change(hours=before)

    @rule(moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=2), back=st.booleans())
    def the_erp_will_misbehave(self, moods, back):
        for key in self.firm.offers.rows():
            if key.startswith(REVERSAL) == back:
                self.firm.world.erp.moods[key] = list(moods)

    @rule()
    def post(self):
        self.firm.step()

    @rule(point=st.sampled_from(POINTS), nth=st.integers(min_value=1, max_value=3))
    def post_and_be_killed(self, point, nth):
        rows, members = self.firm.offers.frames()
        with stopping_at(self.firm.world, nth, point), suppress(Crash):
            self.firm.world.post(rows, members=members)
        self.firm.world.restart()

    @rule()
    def read_the_books(self):
        self.firm.read()

    @invariant()
    def no_entry_stands_in_two_lines(self):
        seen = self.firm.offers.seen
        self.firm.read()
        try:
            assert all(len(keys) == 1 for keys in self.firm.offers.standing().values())
        finally:
            self.firm.offers.seen = seen

    def teardown(self):
        try:
            self.firm.settle()
            self.firm.assert_right()
        finally:
            self.firm.world.ledger.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def test_random_histories_end_with_every_entry_in_one_line():
    run_state_machine_as_test(
        GroupMachine,
        settings=settings(
            max_examples=25, stateful_step_count=14, deadline=None, derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )  # fmt: skip


@pytest.fixture
def firm(tmp_path):
    """Three entries in two weeks, posted and read."""
    made = Firm(tmp_path)
    made.offers.entries = [Entry("h:1"), Entry("h:2", Decimal(4)), Entry("h:3", week=2)]
    made.step()
    made.read()
    yield made
    made.world.ledger.close()


def moved(firm):
    """The second entry belongs to the other week now."""
    firm.offers.entries[1].change(week=2)


def test_an_entry_that_moves_waits_until_the_line_it_leaves_is_taken_back(firm):
    moved(firm)
    back = [key for key in firm.offers.rows() if key.startswith(REVERSAL)]
    leaving = next(key for key in back if ".1:" in key)
    firm.world.erp.moods[leaving] = ["reject"]
    report = firm.step()
    firm.read()
    assert report.behind >= 1
    assert all(len(keys) == 1 for keys in firm.offers.standing().values())
    firm.settle()
    firm.assert_right()


def test_an_entry_waits_for_a_line_that_the_models_have_not_seen_yet(firm):
    firm.offers.seen = set()  # the books were read before anything was posted
    firm.offers.entries[1].change(week=3)
    report = firm.step()
    assert (report.planned, report.behind) == (0, 2)
    firm.read()
    assert [len(keys) for keys in firm.offers.standing().values()] == [1, 1, 1]
    assert not any(".3:" in key for key in firm.offers.seen)
    firm.settle()
    firm.assert_right()


def test_what_the_gate_holds_at_one_group_takes_nothing_back_at_the_other(firm):
    moved(firm)
    firm.offers.entries[0].change(hours=Decimal(31))  # more than the gate lets through
    before = list(firm.world.erp.objects)
    report = firm.step()
    assert [found.posting_key for found in firm.world.erp.objects] == [
        found.posting_key for found in before
    ]
    assert report.exit_code == 1
    firm.offers.entries[0].change(hours=Decimal(7))
    firm.settle()
    firm.assert_right()


def test_entries_that_do_not_add_up_to_their_line_hold_it_back(tmp_path):
    firm = Firm(tmp_path)
    firm.offers.entries = [Entry("h:1"), Entry("h:2", week=2)]
    rows, members = firm.offers.frames()
    report = firm.world.post(rows, members=members.filter(members["entry_id"] != "h:1"))
    assert (report.planned, report.held) == (1, 1)
    assert firm.step().accepted == 1
    firm.read()
    firm.assert_right()
    firm.world.ledger.close()


def test_the_sealed_folder_and_the_ledger_hold_what_a_line_stands_for(firm):
    kept = all_members(firm.world.ledger)
    assert kept["entry_id"].to_list() == ["h:1", "h:2", "h:3"]
    (path,) = firm.world.home.outbox.glob(f"*/*/{MEMBERS}")
    path.write_bytes(path.read_bytes() + b" ")
    seals = firm.world.ledger.seals(TARGET)
    assert any(MEMBERS in each for each in check_chain(
        firm.world.home.outbox, TARGET, seals, GENESIS
    ))  # fmt: skip


def test_a_line_waits_for_a_single_line_of_one_of_its_entries(tmp_path):
    from tests.nasty.posting_kit import frame, line

    firm = Firm(tmp_path)
    alone = line(7, version=1)
    firm.world.post(frame([alone]))
    firm.offers.entries = [Entry(alone["entry_id"]), Entry("h:2")]
    report = firm.step()
    assert (report.planned, report.behind) == (0, 1)
    firm.world.ledger.close()
