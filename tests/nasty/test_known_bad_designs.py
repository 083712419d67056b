"""The proof of the proof: known bad designs of posting are caught by the random histories.

Each test switches one bad design (`tests/simulation/bugs.py`) on and expects the histories of `test_posting_machine` to go red.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.nasty.test_posting_machine import PostingMachine, TextKeyMachine
from tests.simulation.bugs import (
    believe_absent_at_once,
    blind_retry,
    send_before_persisting,
    send_what_was_withdrawn,
    take_silence_for_refusal,
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
