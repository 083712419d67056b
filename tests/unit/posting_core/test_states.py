"""The table of legal moves."""

from __future__ import annotations

import pytest

from tieout.posting.states import (
    ENDED,
    LEGAL_MOVES,
    OPEN,
    STATES,
    IllegalMove,
    batch_state,
    check_move,
)


def test_every_state_is_either_open_or_ended_and_an_ended_line_never_moves():
    assert set(STATES) == OPEN | ENDED
    assert not OPEN & ENDED
    assert all(not LEGAL_MOVES[state] for state in ENDED)


def test_a_line_begins_planned_and_nothing_else():
    check_move(None, "planned", "a line")
    for state in STATES[1:]:
        with pytest.raises(IllegalMove, match="first state"):
            check_move(None, state, "a line")


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_only_the_moves_of_the_table_are_legal(before, after):
    if after in LEGAL_MOVES[before]:
        check_move(before, after, "a line")
    else:
        with pytest.raises(IllegalMove, match=f"{before} -> {after}"):
            check_move(before, after, "a line")


def test_nothing_reaches_the_erp_without_being_sealed_first():
    assert [state for state in STATES if "sending" in LEGAL_MOVES[state]] == ["sealed", "sending"]
    assert [state for state in STATES if "acked" in LEGAL_MOVES[state]] == ["sending"]


@pytest.mark.parametrize(
    ("states", "name"),
    [
        (set(), "void"),
        ({"void"}, "void"),
        ({"acked", "rejected", "void"}, "acked"),
        ({"rejected", "void"}, "rejected"),
        ({"acked", "sending"}, "sending"),
        ({"sealed", "acked"}, "sealed"),
        ({"dead", "void"}, "dead"),
    ],
)
def test_a_batch_is_named_by_its_lines(states, name):
    assert batch_state(states) == name
