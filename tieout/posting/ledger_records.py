"""The values that go into and come out of the posting ledger.

Here: frozen records and the folding of transitions into states, pure. Not here: the tables
(`tieout.posting.ledger_schema`) and the reads and writes (`tieout.posting.ledger`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tieout.domain.control_totals import ControlTotals
from tieout.domain.verdict import Verdict
from tieout.posting.states import ENDED, OPEN, State

DRAFT_LEFT = "the ERP holds a draft of a line that is no candidate any more"
"""Message of a line that stays open because a person must remove its draft at the ERP."""

_MICROSECONDS = 1_000_000
Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Move:
    """Lines `first` to `last` of a batch take a state, with the reason if there is one."""

    first: int
    last: int
    state: State
    reason_code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A move as it was stored: with its number and both clocks (microseconds since 1970)."""

    transition_id: int
    move: Move
    at: int
    recorded_at: int


@dataclass(slots=True)
class Fold:
    """Where every line of one batch stands, from its transitions in their order.

    Attributes:
        current: Per line the index in `transitions` of its newest transition, -1 for none.
        unanswered: Per line how many sends got no answer; one whose process died is not counted.
        sent: Per line the index of its newest send, -1 for none.
        open_lines: How many lines have not ended.
        transitions: Everything folded so far.
    """

    current: Numbers
    unanswered: Numbers
    sent: Numbers
    open_lines: int
    transitions: list[Transition] = field(default_factory=list)

    @classmethod
    def of(cls, line_count: int) -> Fold:
        """An empty fold for a batch of so many lines."""
        nothing = np.full(line_count, -1, dtype=np.int32)
        return cls(nothing, np.zeros(line_count, dtype=np.int32), nothing.copy(), line_count)

    @property
    def last_id(self) -> int:
        """Number of the newest transition folded in."""
        return self.transitions[-1].transition_id if self.transitions else 0

    def add(self, transition: Transition) -> None:
        """Fold in the next transition."""
        move = transition.move
        lines = slice(move.first, move.last + 1)
        if move.state in ENDED:
            before, counts = np.unique(self.current[lines], return_counts=True)
            self.open_lines -= sum(
                int(count)
                for index, count in zip(before, counts, strict=True)
                if index < 0 or self.transitions[index].move.state in OPEN
            )
        was_sent = (self.sent[lines] >= 0) & (self.sent[lines] == self.current[lines])
        self.transitions.append(transition)
        self.current[lines] = len(self.transitions) - 1
        if move.state == "sending" and move.reason_code is None:
            self.sent[lines] = len(self.transitions) - 1
        elif move.state == "sending":
            self.unanswered[lines] += was_sent

    def newest(self, seq: int) -> Transition | None:
        """The newest transition of one line."""
        index = self.current[seq]
        return None if index < 0 else self.transitions[index]

    def newest_send(self, seq: int) -> Transition | None:
        """The newest transition by which one line was handed to the ERP."""
        index = self.sent[seq]
        return None if index < 0 else self.transitions[index]

    def state(self, seq: int) -> State | None:
        """The state of one line, None before it is planned."""
        newest = self.newest(seq)
        return None if newest is None else newest.move.state

    def states(self, first: int, last: int) -> set[State | None]:
        """The different states among lines `first` to `last`."""
        indexes = np.unique(self.current[first : last + 1])
        return {None if i < 0 else self.transitions[i].move.state for i in indexes}

    def in_state(self, *states: State) -> list[int]:
        """Numbers of the lines that are in one of the states, ascending."""
        return self.numbers(*states).to_list()

    def numbers(self, *states: State) -> pl.Series:
        """The same as a column `seq`."""
        wanted = [i for i, t in enumerate(self.transitions) if t.move.state in states]
        found = np.flatnonzero(np.isin(self.current, wanted))
        return pl.Series("seq", found, dtype=pl.Int64)


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What is decided about a batch before it is stored; `members` of lines of several entries."""

    firm_id: str
    target: str
    stream: str
    legal_entity_id: str
    period_id: str
    actor: str
    totals: ControlTotals
    verdict: Verdict
    quarantined: int
    created_at: datetime
    part_of: int | None = None  # number of the first batch of its group, if there are several
    members: pl.DataFrame | None = None
    number_min: int = 1  # lower ones are in use, though perhaps not in this ledger


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """One batch of the ledger."""

    batch_no: int
    batch_id: str
    firm_id: str
    target: str
    stream: str
    legal_entity_id: str
    period_id: str
    actor: str
    line_count: int
    totals: ControlTotals
    gate_evaluated: int
    gate_quarantined: int
    gate_rules: Mapping[str, int]
    frame_sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KnownKey:
    """The newest attempt under a posting key and where it stands."""

    posting_key: str
    attempt: int
    batch_id: str
    line_id: int
    payload_sha256: str
    state: State
    reason_code: str | None
    is_released: bool
    message: str | None = None
    is_voided: bool = False

    @property
    def needs_person(self) -> bool:
        """Refused, given up or made void by a person, and nobody let it go again."""
        ended = self.state in ("dead", "rejected") or (self.state == "void" and self.is_voided)
        return ended and not self.is_released


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a batch: its manifest and the manifest before it in the target's chain."""

    batch_id: str
    manifest_sha256: str
    previous_sha256: str
    file_names: tuple[str, ...]


def as_runs(moves: Iterable[Move]) -> list[Move]:
    """Join single-line moves of neighbouring lines that say the same into ranges."""
    runs: list[Move] = []
    goes_on: tuple[object, ...] = ()
    for move in sorted(moves, key=lambda m: m.first):
        says = move.state, move.reason_code, move.message
        if goes_on == (move.first, *says):
            runs[-1] = replace(runs[-1], last=move.last)
        else:
            runs.append(move)
        goes_on = (move.last + 1, *says)
    return runs


def runs_of(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Neighbouring lines that say the same, as (first, last, *what they say).

    Args:
        frame: One row per line: `seq` and the columns.
        columns: What a run must have in common; null is a value like any other.
    """
    ordered = frame.sort("seq")
    starts = pl.col("seq") != pl.col("seq").shift() + 1
    for column in columns:
        starts |= pl.col(column).ne_missing(pl.col(column).shift())
    numbered = ordered.with_columns(starts.fill_null(True).cum_sum().alias("_run"))
    return (
        numbered.group_by("_run", maintain_order=True)
        .agg(
            pl.col("seq").first().alias("_first"),
            pl.col("seq").last().alias("_last"),
            *(pl.col(column).first() for column in columns),
        )
        .drop("_run")
        .rows()
    )


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 of an instant (naive means UTC), exact."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    passed = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 86_400 + passed.seconds) * _MICROSECONDS + passed.microseconds


def instant(value: int) -> datetime:
    """The UTC instant so many microseconds after 1970, exact."""
    seconds, rest = divmod(value, _MICROSECONDS)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)
