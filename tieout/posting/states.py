"""The life of a posting line: seven states and the moves that are legal between them.

Here: the table and its check, pure. Not here: who moves a line (`tieout.posting.send`,
`tieout.posting.doubt`) and how moves are stored (`tieout.posting.ledger`).

A line that ended (`rejected`, `void`, `dead`) never comes back to life: its key may be planned
again as a new attempt in a new batch, and both attempts stay in the ledger.
"""

from __future__ import annotations

from typing import Literal, get_args

State = Literal["planned", "sealed", "sending", "acked", "rejected", "void", "dead"]

STATES: tuple[State, ...] = get_args(State)

LEGAL_MOVES: dict[State, frozenset[State]] = {
    "planned": frozenset({"sealed", "void"}),
    "sealed": frozenset({"sending", "void"}),
    # `sending` again is a resend under the same key, or a note about the doubt;
    # `void` only after a look-up proved that the ERP has nothing under the key.
    "sending": frozenset({"sending", "acked", "rejected", "void", "dead"}),
    "acked": frozenset(),
    "rejected": frozenset(),
    "void": frozenset(),
    "dead": frozenset(),
}

OPEN: frozenset[State] = frozenset({"planned", "sealed", "sending"})
ENDED: frozenset[State] = frozenset({"acked", "rejected", "void", "dead"})
REPLANNABLE: frozenset[State] = frozenset({"rejected", "void", "dead"})


class IllegalMove(RuntimeError):  # noqa: N818 - named for what was attempted
    """A line was asked to make a move that the table forbids: a fault of the program."""


def check_move(before: State | None, after: State, what: str) -> None:
    """Raise `IllegalMove` unless `before -> after` is in the table (None is "does not exist").

    Args:
        before: State of the line now.
        after: State it is asked to take.
        what: Name of the line, for the message.
    """
    if before is None:
        if after != "planned":
            raise IllegalMove(f"{what}: the first state is planned, not {after}")
    elif after not in LEGAL_MOVES[before]:
        raise IllegalMove(f"{what}: {before} -> {after} is not a legal move")


def batch_state(states: set[State]) -> State:
    """Name a batch by its lines: the earliest open state, else how it ended.

    A batch with at least one acknowledged line ended `acked`; without any it is `rejected` when
    the ERP refused a line, `dead` when one was given up, else `void` (also when it is empty).
    """
    for state in ("planned", "sending", "sealed", "acked", "rejected", "dead"):
        if state in states:
            return state
    return "void"
