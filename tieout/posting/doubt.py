"""Lines in doubt: sent, or perhaps sent, with no answer on record.

Here: resolving them by looking them up in the ERP. Not here: sending
(`tieout.posting.send`) and who calls this when (`tieout.posting.run`).

A line in doubt is never simply sent again. What the ERP has is acknowledged. What it does not
have may be sent again under the same key, but only when the earlier request cannot work any more:
either the ERP itself refuses a second record with the key, or the time in which a cut-off request
may still commit has passed and a second look-up shows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tieout.posting import faultpoints
from tieout.posting.delivery.base import Found
from tieout.posting.ledger_records import Fold, Move, StoredBatch, StoredLine
from tieout.posting.send import Answers, Session

SENDS_MAX = 5
KEYS_PER_LOOK_UP = 500
WITHDRAWN = "withdrawn: a look-up proved that the ERP has nothing under this key"
DRAFT_LEFT = "the ERP holds a draft of a line that is no candidate any more"
GIVEN_UP = f"sent {SENDS_MAX} times and never found in the ERP's books"


@dataclass(frozen=True, slots=True)
class Eligible:
    """Which lines may still be sent.

    Attributes:
        payloads: Posting key -> payload hash of every current candidate.
        periods: Periods of which all candidates are known: a line of such a period that is not
            in `payloads` is no candidate any more. About other periods nothing is concluded.
    """

    payloads: Mapping[str, str]
    periods: frozenset[str]

    def may_send(self, line: StoredLine) -> bool:
        """Whether the line is a candidate with exactly the sealed payload."""
        return self.payloads.get(line.posting_key) == line.payload_sha256

    def is_withdrawn(self, batch: StoredBatch, line: StoredLine) -> bool:
        """Whether the line is certainly no candidate (any more, or in this form)."""
        if line.posting_key in self.payloads:
            return not self.may_send(line)
        return batch.period_id in self.periods


@dataclass(slots=True)
class _Doubt:
    """The lines in doubt of one batch, sorted by what the look-up showed."""

    absent: list[StoredLine] = field(default_factory=list)
    drafts: list[StoredLine] = field(default_factory=list)


def resolve(
    session: Session, batch: StoredBatch, lines: Sequence[StoredLine], eligible: Eligible
) -> list[int]:
    """Resolve the lines of a batch that are in doubt; return those that must be sent again.

    Raises:
        SystemUnreachable: The ERP cannot be asked; the lines stay in doubt.
    """
    fold = session.ledger.fold(batch)
    doubtful = [lines[seq] for seq in fold.in_state("sending")]
    if not doubtful:
        return []
    faultpoints.reach("before_resolve")
    shown = _look_up(session, batch, doubtful)
    if shown.absent and _wait_until_settled(session):
        again = _look_up(session, batch, shown.absent)
        shown = _Doubt(again.absent, shown.drafts + again.drafts)
    resend, moves = _judge(batch, fold, shown, eligible)
    if moves:
        session.ledger.move(batch, moves, session.now)
        session.report.dead += sum(move.state == "dead" for move in moves)
        session.report.withdrawn += sum(move.state == "void" for move in moves)
        faultpoints.reach("after_resolve_recorded")
    return sorted(resend)


def _look_up(session: Session, batch: StoredBatch, lines: Sequence[StoredLine]) -> _Doubt:
    """Acknowledge what the ERP has in its books; return the rest."""
    shown = _Doubt()
    for start in range(0, len(lines), KEYS_PER_LOOK_UP):
        chunk = lines[start : start + KEYS_PER_LOOK_UP]
        found = session.delivery.look_up([line.posting_key for line in chunk])
        faultpoints.reach("after_resolve_look_up")
        answers = Answers(session, batch, {line.posting_key: line.seq for line in chunk})
        for line in chunk:
            objects: list[Found] = found.get(line.posting_key, [])
            posted = [item for item in objects if item.state == "posted"]
            if posted:
                answers.found(line.posting_key, posted)
            else:
                (shown.drafts if objects else shown.absent).append(line)
        answers.store()
    return shown


def _wait_until_settled(session: Session) -> bool:
    """Wait until no earlier request can commit any more; True when a second look is due.

    Only needed where the ERP would take the same key twice. The whole `settle_seconds` are
    waited from now: the ledger knows when a chunk was begun, not when its last request left.
    """
    capabilities = session.delivery.capabilities
    if capabilities.idempotency == "external_id" or capabilities.settle_seconds <= 0:
        return False
    session.note(f"waiting {capabilities.settle_seconds:.0f} s until cut-off requests are over")
    session.sleep(capabilities.settle_seconds)
    return True


def _judge(
    batch: StoredBatch, fold: Fold, shown: _Doubt, eligible: Eligible
) -> tuple[list[int], list[Move]]:
    """Decide about lines that are not in the books: send again, withdraw, or give up."""
    resend: list[int] = []
    moves: list[Move] = []
    drafts = {line.seq for line in shown.drafts}
    for line in (*shown.absent, *shown.drafts):
        seq, newest = line.seq, fold.newest(line.seq)
        if eligible.is_withdrawn(batch, line):
            if seq not in drafts:
                moves.append(Move(seq, seq, "void", None, WITHDRAWN))
            elif newest is None or newest.move.message != DRAFT_LEFT:
                moves.append(Move(seq, seq, "sending", "IN_DOUBT", DRAFT_LEFT))
        elif fold.sends[seq] >= SENDS_MAX:
            moves.append(Move(seq, seq, "dead", "IN_DOUBT", GIVEN_UP))
        elif eligible.may_send(line):
            resend.append(seq)
    return resend, moves
