"""Known bad designs of posting, each as a switch: the proof that the proofs see anything.

Here: what each design does instead, as a patch of the protocol or as rules of planning, and the
surroundings in which it does its harm. Not here: the tests that turn them on
(`tests/simulation/test_bug_switches.py`, `tests/nasty/test_known_bad_designs.py`), and bad designs
of the money SQL, which `tests/proof/mutate.py` makes by the hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import polars as pl
import pytest

from tests.simulation.books import SimErp
from tests.simulation.planner import Rules
from tests.simulation.world import World
from tieout.posting import batch, doubt, planning, run, send
from tieout.posting.eligible import Eligible
from tieout.posting.ledger import Ledger

Patch = pytest.MonkeyPatch


def nothing(patch: Patch) -> None:
    """The design is bad in its planning, not in the protocol."""
    del patch


def blind_retry(patch: Patch) -> None:
    """A line in doubt is sent again without asking the ERP."""
    patch.setattr(send, "_posted", lambda delivery, keys: {})
    patch.setattr(
        doubt,
        "_look_up",
        lambda session, delivery, batch, lines: doubt._Doubt(absent=lines["seq"].to_list()),
    )


def believe_absent_at_once(patch: Patch) -> None:
    """One look-up is believed although a cut-off request may still commit."""
    patch.setattr(doubt, "wait_until_settled", lambda session: False)


def send_before_persisting(patch: Patch) -> None:
    """The ledger learns of a send only after its answer, so a crash forgets it."""
    true_move = Ledger.move

    def move(self, batch, moves, at, erp_ids=None):
        if moves and moves[0].state == "sending" and moves[0].reason_code is None:
            self.unsaid = [*getattr(self, "unsaid", []), *moves]
            return
        true_move(self, batch, [*getattr(self, "unsaid", [])], at)
        self.unsaid = []
        true_move(self, batch, moves, at, erp_ids)

    patch.setattr(Ledger, "move", move)
    patch.setattr(send, "_posted", lambda delivery, keys: {})


def take_silence_for_refusal(patch: Patch) -> None:
    """An answer that does not come is recorded as a refusal."""
    true_add = send.Answers.add

    def add(self, result):
        if result.outcome == "unknown":
            result = type(result)(result.posting_key, "rejected", None, "OUTAGE", "no answer")
        true_add(self, result)

    patch.setattr(send.Answers, "add", add)
    patch.setattr(send, "_posted", lambda delivery, keys: {})


def send_what_was_withdrawn(patch: Patch) -> None:
    """A sealed line goes out although its entry is not approved any more, or has changed."""
    patch.setattr(
        Eligible,
        "is_withdrawn",
        lambda self, batch, lines: pl.repeat(False, lines.height, eager=True),
    )
    patch.setattr(
        Eligible, "may_send", lambda self, lines: pl.repeat(True, lines.height, eager=True)
    )


def forget_other_versions(patch: Patch) -> None:
    """Nobody asks whether another version of the entry stands or is on its way."""
    patch.setattr(Ledger, "rivals", lambda self, keys: {})
    ask_by_key(patch)


def ask_by_key(patch: Patch) -> None:
    """Only its own key says whether a line may be sent, not the other lines of its entry."""
    patch.setattr(planning, "waiting_keys", lambda *_, **__: {})


def no_lock(patch: Patch) -> None:
    """Two workers may post to one ERP at once."""

    @contextmanager
    def open_door(ledger, home, target, wait_seconds) -> Iterator[None]:
        yield

    patch.setattr(run, "one_at_a_time", open_door)


def update_in_place(patch: Patch) -> None:
    """A changed entry overwrites its line in the ERP under the same key."""
    true_may_try = batch._may_try
    patch.setattr(
        batch, "_may_try", lambda line, payload: line.payload_sha256 != payload
        or true_may_try(line, payload),
    )  # fmt: skip
    patch.setattr("tieout.posting.ledger_writes.refuse_taken", lambda known, payload: None)
    patch.setattr(send, "_posted", lambda delivery, keys: {})
    true_store = SimErp.store

    def store(self, item):
        held = [found for found in self.items if found.key == item.key]
        if not held or item.state == "draft":
            return true_store(self, item)
        changed = replace(item, erp_id=held[0].erp_id)
        self.items[self.items.index(held[0])] = changed
        return changed, False

    patch.setattr(SimErp, "store", store)


def compare_keys_only(patch: Patch) -> None:
    """A key stands for an entry, whatever its line says by now."""
    patch.setattr(
        Eligible, "is_withdrawn", lambda self, batch, lines: self._current(lines).is_null()
    )
    patch.setattr(Eligible, "may_send", lambda self, lines: self._current(lines).is_not_null())


def same_key_same_fate(patch: Patch) -> None:
    """What was refused once under a key is refused for ever: the key is the content."""
    true_may_try = batch._may_try
    patch.setattr(batch, "_may_try", lambda line, payload: true_may_try(line, line.payload_sha256))


def refuse_then_change_twice(world: World) -> None:
    """A, B, A: the ERP refuses A once; by the third version nothing is wrong any more."""
    number = world.firm.add(quarters=32)
    for erp in world.erps.values():
        erp.refused.update(world.firm.known())
    world.close_run()
    world.firm.edit(number, quarters=30)
    for erp in world.erps.values():
        erp.refused.clear()
    world.firm.edit(number, quarters=32)


def die_in_doubt(world: World, mood: str) -> None:
    """Entries of June are sent, something happens to the requests, and the process dies."""
    world.firm.add_in_june()
    for entry in world.firm.known():
        world.nemesis.scripted[entry] = [mood]
    world.die_at("after_send_before_ack")


def die_with_a_lost_answer(world: World) -> None:
    """The ERP has the line; nobody here remembers the answer."""
    die_in_doubt(world, "lost_ack")


def close_while_in_doubt(world: World) -> None:
    """The month closes between a lost answer and the next run."""
    die_in_doubt(world, "late")
    world.firm.is_june_closed = True
    world.close_run()


def withdraw_while_in_doubt(world: World) -> None:
    """The approval is taken back between a lost answer and the next run."""
    die_in_doubt(world, "late")
    for number in world.firm.alive():
        world.firm.withdraw(number)
    world.close_run()


def edit_what_is_sealed(world: World) -> None:
    """The entry changes between sealing and sending."""
    world.firm.add_in_june()
    world.die_at("after_seal_recorded")
    for number in world.firm.alive():
        world.firm.edit(number, quarters=9)
    world.close_run()


@dataclass(frozen=True)
class Bug:
    """One bad design and where it does its harm."""

    patch: Callable[[Patch], None]
    kinds: tuple[str, ...] = ("line_text",)
    faults: frozenset[str] = frozenset()
    rate: float = 0.5
    rules: Rules = field(default_factory=Rules)
    guide: Callable[[World], None] | None = None


LOST = frozenset({"lost_ack", "raise", "drop", "late", "crash"})

BUGS: dict[str, Bug] = {
    "late commit and blind retry without unique id": Bug(blind_retry, faults=LOST),
    "blind retry of atomic calls": Bug(blind_retry, ("atomic_text",), LOST),
    "absent is believed at once": Bug(believe_absent_at_once, faults=LOST),
    "a withdrawn line is believed absent at once": Bug(
        believe_absent_at_once, ("line_unique",), guide=withdraw_while_in_doubt
    ),
    "sent before it is persisted": Bug(send_before_persisting, guide=die_with_a_lost_answer),
    "silence is a refusal": Bug(take_silence_for_refusal, faults=LOST),
    "what was withdrawn is sent": Bug(send_what_was_withdrawn, guide=edit_what_is_sealed),
    "other versions are forgotten": Bug(
        forget_other_versions, ("line_unique",), frozenset({"stale_plan"})
    ),
    "no lock": Bug(no_lock, faults=frozenset({"second_worker"})),
    "last arrival wins": Bug(
        nothing, faults=frozenset({"late_record"}), rules=Rules(newest="arrival")
    ),
    "key without version": Bug(
        compare_keys_only, rules=Rules(key_parts="entry"), guide=edit_what_is_sealed
    ),
    "content-hash key": Bug(
        same_key_same_fate, rules=Rules(key_parts="content"), guide=refuse_then_change_twice
    ),
    "key contains the accounting period": Bug(
        ask_by_key, ("line_unique",), rules=Rules(key_parts="period"), guide=close_while_in_doubt
    ),
    "closed period is dropped": Bug(
        nothing, faults=frozenset({"close_month"}), rules=Rules(closed_period="drop")
    ),
    "update in place": Bug(update_in_place, rules=Rules(key_parts="entry", posted="version")),
}
