"""The proof of the proof: known bad designs of posting are caught by the random histories.

Each test switches one bad design on and expects the histories of `test_posting_machine` to go red.
"""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.nasty.test_posting_machine import PostingMachine, TextKeyMachine
from tieout.posting import doubt, send
from tieout.posting.eligible import Eligible
from tieout.posting.ledger import Ledger


def blind_retry(patch):
    """A line in doubt is sent again without asking the ERP."""
    patch.setattr(send, "_posted", lambda delivery, keys: {})
    patch.setattr(
        doubt,
        "_look_up",
        lambda session, delivery, batch, lines: doubt._Doubt(absent=lines["seq"].to_list()),
    )


def believe_absent_at_once(patch):
    """One look-up is believed although a cut-off request may still commit."""
    patch.setattr(doubt, "wait_until_settled", lambda session: False)


def send_before_persisting(patch):
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


def take_silence_for_refusal(patch):
    """An answer that does not come is recorded as a refusal."""
    true_add = send.Answers.add

    def add(self, result):
        if result.outcome == "unknown":
            result = type(result)(result.posting_key, "rejected", None, "OUTAGE", "no answer")
        true_add(self, result)

    patch.setattr(send.Answers, "add", add)
    patch.setattr(send, "_posted", lambda delivery, keys: {})


def send_what_was_withdrawn(patch):
    """A sealed line goes out although its entry is not approved any more, or has changed."""
    patch.setattr(
        Eligible,
        "is_withdrawn",
        lambda self, batch, lines: pl.repeat(False, lines.height, eager=True),
    )
    patch.setattr(
        Eligible, "may_send", lambda self, lines: pl.repeat(True, lines.height, eager=True)
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("design", "machine"),
    [
        (blind_retry, TextKeyMachine),
        (believe_absent_at_once, TextKeyMachine),
        (send_before_persisting, TextKeyMachine),
        (take_silence_for_refusal, TextKeyMachine),
        (send_what_was_withdrawn, PostingMachine),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_histories_catch_a_design_that_is_known_to_be_bad(monkeypatch, design, machine):
    design(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=150,
                stateful_step_count=20,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
