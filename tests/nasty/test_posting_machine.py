"""Random histories against a tiny model: every approved entry is in the ERP exactly once.

What becomes of an entry that changes after it was posted is the business of
`test_correction_machine`: here it is no candidate once the books show it. The model knows nothing of ledgers, batches or states. It only keeps which entry is approved in
which version; the ERP's books must show each of them once, whatever happened on the way.
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
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.nasty.crashing import Crash, MortalLedger
from tests.nasty.fake_erp import LATE_SECONDS
from tests.nasty.posting_kit import NOW, TARGET, FakeErp, World, frame, line
from tests.nasty.test_posting_crashes import stopping_at
from tieout.posting.doubt import SENDS_MAX
from tieout.posting.faultpoints import POINTS
from tieout.posting.ledger import GENESIS
from tieout.posting.ledger_export import export_ledger
from tieout.posting.seal import check_chain

MOODS = ["reject", "lost_ack", "lost_ack_raised", "drop", "late", "draft", "down"]


class PostingMachine(RuleBasedStateMachine):
    """One firm, one ERP, one ledger, and everything that can go wrong between them."""

    entries = Bundle("entries")
    is_unique = True

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="posting-machine-"))
        self.world = World(
            self.folder, FakeErp(is_unique=self.is_unique), ledger_class=MortalLedger
        )
        self.versions: dict[int, int] = {}
        self.hours: dict[int, Decimal] = {}
        self.approved: set[int] = set()
        self.seen: set[str] = set()
        self.offered: set[str] = set()

    @rule(target=entries, hours=st.sampled_from(["7.5", "0.25", "24", "31"]))
    def approve_a_new_entry(self, hours):
        return self.new_entry(hours)

    def new_entry(self, hours):
        entry = len(self.versions) + 1
        self.versions[entry], self.hours[entry] = 1, Decimal(hours)
        self.approved.add(entry)
        return entry

    @rule(entry=entries, hours=st.sampled_from(["1", "8"]))
    def edit_an_entry(self, entry, hours):
        self.versions[entry] += 1
        self.hours[entry] = Decimal(hours)

    @rule(entry=entries)
    def withdraw_the_approval(self, entry):
        self.approved.discard(entry)

    @rule(entry=entries)
    def approve_again(self, entry):
        self.approved.add(entry)

    @rule(entry=consumes(entries))
    def delete_an_entry(self, entry):
        self.approved.discard(entry)

    @rule(entry=entries, moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=3))
    def the_erp_will_misbehave(self, entry, moods):
        self.world.erp.moods[self.key(entry)] = moods

    @rule()
    def the_erp_goes_down_or_comes_back(self):
        self.world.erp.is_down = not self.world.erp.is_down

    @rule(seconds=st.sampled_from([1.0, 60.0]))
    def time_passes(self, seconds):
        self.world.erp.wait(seconds)

    @rule(release=st.booleans())
    def post(self, release):
        self.step(release=release)

    @rule(point=st.sampled_from(POINTS), nth=st.integers(min_value=1, max_value=3))
    def post_and_be_killed(self, point, nth):
        self.post_until(point, nth)

    def post_until(self, point, nth):
        candidates, before = self.candidates(), len(self.world.erp.requests)
        with stopping_at(self.world, nth, point), suppress(Crash):
            self.world.post(candidates)
        self.world.restart()
        self.check_requests(candidates, before)

    @rule(target=entries, point=st.sampled_from(POINTS), mood=st.sampled_from(["", *MOODS]))
    def approve_post_and_be_killed(self, point, mood):
        """Random rules alone seldom meet a kill with something new to post: here they do."""
        entry = self.new_entry("7.5")
        self.world.erp.is_down = False
        if mood:
            self.world.erp.moods[self.key(entry)] = [mood]
        self.post_until(point, 1)
        return entry

    @rule()
    def post_twice(self):
        self.step()
        self.step()

    def step(self, **options):
        candidates, before = self.candidates(), len(self.world.erp.requests)
        self.world.post(candidates, **options)
        self.check_requests(candidates, before)

    def check_requests(self, candidates, before):
        """Only what was a candidate at that moment may have been asked of the ERP."""
        assert set(self.world.erp.requests[before:]) <= set(candidates["posting_key"])

    @rule()
    def read_the_books(self):
        self.seen = self.booked()

    @invariant()
    def nothing_is_in_the_books_twice(self):
        assert all(count == 1 for count in self.world.erp.counts().values())

    @invariant()
    def nothing_is_in_the_books_that_was_not_offered(self):
        assert set(self.world.erp.counts()) <= self.offered

    @invariant()
    def nothing_the_gate_forbids_is_in_the_books(self):
        assert all(found.hours <= Decimal(24) for found in self.world.erp.objects)

    def teardown(self) -> None:
        try:
            self.everything_calms_down()
        finally:
            self.world.ledger.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def everything_calms_down(self) -> None:
        """Faults end; people release what was refused; then every entry is posted once."""
        erp, world = self.world.erp, self.world
        erp.is_down, erp.moods = False, {}
        erp.wait(LATE_SECONDS)
        erp.settle(erp.clock)
        for _ in range(SENDS_MAX):
            ledger_lines = export_ledger(world.ledger)["posting_lines"]
            stuck = ledger_lines.filter(state="rejected")["posting_key"].to_list()
            stuck += ledger_lines.filter(state="dead")["posting_key"].to_list()
            world.ledger.release(stuck, "ada", "calm again", NOW)
            self.read_the_books()
            self.step()
        self.nothing_is_in_the_books_twice()
        self.nothing_is_in_the_books_that_was_not_offered()
        booked = self.booked()
        for entry in self.approved:
            if not self.hidden(entry):
                assert self.key(entry) in booked
        tables = export_ledger(world.ledger)
        ledger_lines = tables["posting_lines"]
        assert set(ledger_lines.filter(state="acked")["posting_key"]) == booked
        left = set(ledger_lines.filter(state="sending")["posting_key"])
        assert left <= set(erp.counts()) - booked, "in doubt is only who left a draft behind"
        assert not left & {self.key(entry) for entry in self.approved if not self.hidden(entry)}
        assert set(ledger_lines["state"]) <= {"acked", "void", "rejected", "dead", "sending"}
        assert left or world.ledger.unfinished(TARGET) == []
        seals = world.ledger.seals(TARGET)
        assert check_chain(world.home.outbox, TARGET, seals, GENESIS) == []

    def key(self, entry: int) -> str:
        return line(entry, version=self.versions[entry])["posting_key"]

    def booked(self) -> set[str]:
        """Keys in the ERP's books; a draft is not."""
        return {found.posting_key for found in self.world.erp.objects if found.state == "posted"}

    def hidden(self, entry: int) -> bool:
        """Whether an approved entry is rightly not posted: held by the gate, or posted before."""
        return self.hours[entry] > Decimal(24) or self.was_posted_before(entry)

    def was_posted_before(self, entry: int) -> bool:
        """Whether the books that we read show the entry in any version: then it is no candidate."""
        return any(
            line(entry, version=version)["posting_key"] in self.seen
            for version in range(1, self.versions[entry] + 1)
        )

    def candidates(self):
        """What the posting model would offer: approved and in no version known to be posted."""
        rows = [
            line(entry, version=self.versions[entry], hours=self.hours[entry])
            for entry in sorted(self.approved)
            if not self.was_posted_before(entry)
        ]
        self.offered |= {row["posting_key"] for row in rows}
        return frame(rows)


class TextKeyMachine(PostingMachine):
    """The same against an ERP that would take a key twice."""

    is_unique = False


@pytest.mark.parametrize("machine", [PostingMachine, TextKeyMachine])
def test_random_histories_end_with_every_entry_posted_once(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.long
@pytest.mark.parametrize("machine", [PostingMachine, TextKeyMachine])
def test_many_long_random_histories_end_with_every_entry_posted_once(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=150,
            stateful_step_count=40,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
