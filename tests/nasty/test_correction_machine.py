"""Random histories of edits, moves, rates and withdrawals against a tiny model of what is right.

The model knows nothing of ledgers, batches or states. It keeps what each entry is now; once
everything is calm the ERP's books, all lines added up, must say the same of every entry and
project. What is offered to the posting step follows from the books as they were last read, which
may be long ago.
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

from tests.nasty.correction_model import Entry, Offers
from tests.nasty.fake_erp import LATE_SECONDS, FakeErp
from tests.nasty.posting_kit import NOW, TARGET, World
from tests.nasty.test_posting_crashes import Crash, MortalLedger, stopping_at
from tieout.domain.keys import REVERSAL
from tieout.posting.doubt import SENDS_MAX
from tieout.posting.faultpoints import POINTS
from tieout.posting.ledger import GENESIS
from tieout.posting.ledger_export import export_ledger
from tieout.posting.seal import check_chain

MOODS = ["reject", "lost_ack", "lost_ack_raised", "drop", "late", "draft", "down"]
HOURS = st.sampled_from(["1", "6", "8", "31"])
PROJECTS = st.sampled_from(["P-1", "P-2"])


class CorrectionMachine(RuleBasedStateMachine):
    """One firm, one ERP, one ledger; entries change before, while and after they are posted."""

    entries = Bundle("entries")
    is_unique = True

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="correction-machine-"))
        erp = FakeErp(is_unique=self.is_unique)
        self.world = World(self.folder, erp, ledger_class=MortalLedger)
        self.offers = Offers()

    @rule(target=entries, hours=HOURS, project=PROJECTS)
    def approve_a_new_entry(self, hours, project):
        entry = Entry(len(self.offers.entries) + 1, hours=Decimal(hours), project=project)
        self.offers.entries.append(entry)
        return entry

    @rule(entry=entries, hours=HOURS)
    def edit(self, entry, hours):
        entry.version, entry.hours = entry.version + 1, Decimal(hours)

    @rule(entry=entries, project=PROJECTS)
    def move(self, entry, project):
        entry.version, entry.project = entry.version + 1, project

    @rule(entry=entries, rate=st.sampled_from(["80", "90"]))
    def correct_the_rate_without_a_new_version(self, entry, rate):
        entry.rate = Decimal(rate)

    @rule(entry=entries)
    def withdraw(self, entry):
        entry.is_approved = False

    @rule(entry=entries)
    def approve_again(self, entry):
        entry.is_approved = True

    @rule(entry=entries, before=HOURS, between=st.booleans())
    def change_and_change_back(self, entry, before, between):
        """A, B, A: in between it may be posted, and the books may be read."""
        hours = entry.hours
        entry.version, entry.hours = entry.version + 1, Decimal(before)
        if between:
            self.step()
            self.read_the_books()
        entry.version, entry.hours = entry.version + 1, hours

    @rule(
        entry=entries,
        moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=3),
        is_reversal=st.booleans(),
    )
    def the_erp_will_misbehave(self, entry, moods, is_reversal):
        """At the next request for what is to be taken back, or posted, of an entry."""
        name = entry.row("cost")["entry_id"]
        for key, row in self.offers.rows().items():
            if row["entry_id"] == name and key.startswith(REVERSAL) == is_reversal:
                self.world.erp.moods[key] = list(moods)

    @rule()
    def the_erp_goes_down_or_comes_back(self):
        self.world.erp.is_down = not self.world.erp.is_down

    @rule(seconds=st.sampled_from([1.0, 60.0]))
    def time_passes(self, seconds):
        self.world.erp.wait(seconds)

    @rule(release=st.booleans())
    def post(self, release):
        self.step(release=release)

    @rule(point=st.sampled_from(POINTS), nth=st.integers(min_value=1, max_value=4))
    def post_and_be_killed(self, point, nth):
        with stopping_at(self.world, nth, point), suppress(Crash):
            self.world.post(self.offers.frame())
        self.world.restart()

    @rule(
        entry=entries,
        hours=HOURS,
        mood=st.sampled_from(["", *MOODS]),
        point=st.sampled_from(POINTS),
    )
    def correct_what_is_posted_and_be_killed(self, entry, hours, mood, point):
        """Random rules alone seldom meet a kill between the halves of a correction."""
        self.world.erp.is_down = False
        entry.is_approved = True
        self.step()
        self.read_the_books()
        entry.version, entry.hours = entry.version + 1, Decimal(hours)
        if mood:
            keys = [key for key in self.offers.rows() if key.startswith(REVERSAL)]
            self.world.erp.moods.update({key: [mood] for key in keys})
        self.post_and_be_killed(point, 2)

    def step(self, **options):
        self.world.post(self.offers.frame(), **options)

    @rule()
    def read_the_books(self):
        self.offers.seen = self.booked()

    @invariant()
    def nothing_is_in_the_books_twice(self):
        assert all(count == 1 for count in self.world.erp.counts().values())

    @invariant()
    def nothing_is_in_the_books_that_was_not_offered(self):
        assert set(self.world.erp.counts()) <= set(self.offers.offered)

    @invariant()
    def no_reversal_stands_without_what_it_takes_back(self):
        booked = self.booked()
        assert {key.removeprefix(REVERSAL) for key in booked} <= booked

    @invariant()
    def of_an_entry_at_most_one_line_stands(self):
        booked = self.booked()
        standing = [key for key in booked if REVERSAL + key not in booked and key[:2] != REVERSAL]
        entries = [self.offers.offered[key]["entry_id"] for key in standing]
        assert len(set(entries)) == len(entries)

    @invariant()
    def nothing_the_gate_forbids_is_in_the_books(self):
        assert all(abs(found.hours) <= Decimal(24) for found in self.world.erp.objects)

    def teardown(self) -> None:
        try:
            self.everything_calms_down()
        finally:
            self.world.ledger.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def everything_calms_down(self) -> None:
        """Faults end, people release what was refused; then the books say what the entries say."""
        erp, world = self.world.erp, self.world
        erp.is_down, erp.moods = False, {}
        erp.wait(LATE_SECONDS)
        erp.settle(erp.clock)
        for _ in range(SENDS_MAX + 1):
            lines = export_ledger(world.ledger)["posting_lines"]
            stuck = lines.filter(lines["state"].is_in(["rejected", "dead"]))["posting_key"]
            world.ledger.release(stuck.to_list(), "ada", "calm again", NOW)
            self.read_the_books()
            self.step()
        self.nothing_is_in_the_books_twice()
        self.no_reversal_stands_without_what_it_takes_back()
        self.of_an_entry_at_most_one_line_stands()
        assert self.offers.net(self.booked()) == self.offers.right(self.booked())
        self.read_the_books()
        last = world.post(self.offers.frame())
        assert (last.planned, last.accepted, last.rejected) == (0, 0, 0)
        seals = world.ledger.seals(TARGET)
        assert check_chain(world.home.outbox, TARGET, seals, GENESIS) == []

    def booked(self) -> set[str]:
        """Keys in the ERP's books; a draft is not."""
        return {found.posting_key for found in self.world.erp.objects if found.state == "posted"}


class TextKeyCorrectionMachine(CorrectionMachine):
    """The same against an ERP that would take a key twice."""

    is_unique = False


MACHINES = pytest.mark.parametrize("machine", [CorrectionMachine, TextKeyCorrectionMachine])


@MACHINES
def test_random_histories_end_with_every_entry_as_it_is_now(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.long
@MACHINES
def test_many_long_random_histories_end_with_every_entry_as_it_is_now(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=150, stateful_step_count=40, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
