"""Lines in doubt: sent, or perhaps sent, with no answer on record.

Here: resolving them by looking them up in the ERP. Not here: sending (`tieout.posting.send`,
`tieout.posting.bulk`) and who calls this when (`tieout.posting.steps`).

A line in doubt is never simply sent again. What the ERP has is acknowledged. What it does not
have may be sent again under the same key or withdrawn, but only when the earlier request cannot
work any more: the time in which a cut-off request may still commit has passed and a second look-up
shows nothing. A draft is waited for before it is sent again: a request that was cut off after it
may finish it, too. An ERP that refuses a second record with the key is waited for as well: a line
that is withdrawn, or refused when it is sent again, makes way for another version of its entry, and
the two have different keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from tieout.posting import faultpoints
from tieout.posting.delivery.base import Delivery, Found
from tieout.posting.eligible import Eligible
from tieout.posting.ledger_records import DRAFT_LEFT, Fold, Move, StoredBatch
from tieout.posting.send import Answers, Session
from tieout.posting.standing import waiting_keys

SENDS_MAX = 5
KEYS_PER_LOOK_UP = 500
WITHDRAWN = "withdrawn: a look-up proved that the ERP has nothing under this key"
GIVEN_UP = f"sent {SENDS_MAX} times without an answer and never found in the ERP's books"


@dataclass(slots=True)
class _Doubt:
    """Line numbers of one batch that are in doubt, by what the look-up showed."""

    absent: list[int] = field(default_factory=list)
    drafts: list[int] = field(default_factory=list)


def resolve(
    session: Session,
    delivery: Delivery,
    batch: StoredBatch,
    lines: pl.DataFrame,
    eligible: Eligible,
) -> list[int]:
    """Resolve the lines of a batch that are in doubt; return those that must be sent again.

    Raises:
        SystemUnreachable: The ERP cannot be asked; the lines stay in doubt.
    """
    fold = session.ledger.fold(batch)
    doubtful = fold.in_state("sending")
    if not doubtful:
        return []
    faultpoints.reach("before_resolve")
    shown = _look_up(session, delivery, batch, lines[doubtful])
    replaced = _replaced(session, fold, lines[[*shown.absent, *shown.drafts]], eligible)
    half_done = lines[[seq for seq in shown.drafts if seq not in replaced]]
    goes_on = half_done.filter(eligible.may_send(half_done))["seq"].to_list()
    unsettled = sorted([*shown.absent, *goes_on])
    if unsettled and wait_until_settled(session):
        again = _look_up(session, delivery, batch, lines[unsettled])
        left = [seq for seq in shown.drafts if seq not in set(goes_on)]
        shown = _Doubt(again.absent, left + again.drafts)
    resend, moves = judge_absent(batch, fold, lines, shown.absent, shown.drafts, eligible, replaced)
    record(session, batch, moves)
    return resend


def _replaced(
    session: Session, fold: Fold, lines: pl.DataFrame, eligible: Eligible
) -> frozenset[int]:
    """Lines whose draft was left to a person, and whose entry moved on since.

    Such a draft is in nobody's way, so that another version may have been posted. A run that
    planned before that would finish it all the same.
    """
    newest = [fold.newest(seq) for seq in lines["seq"]]
    is_left = [found is not None and found.move.message == DRAFT_LEFT for found in newest]
    left = lines.filter(pl.Series(is_left, dtype=pl.Boolean))
    waiting = waiting_keys(session.ledger, left, eligible.pool.reversals, members=eligible.planned)
    return frozenset(left.filter(pl.col("posting_key").is_in(list(waiting)))["seq"])


def record(session: Session, batch: StoredBatch, moves: list[Move]) -> None:
    """Store what was decided about lines in doubt, and count it."""
    if moves:
        session.ledger.move(batch, moves, session.now)
        session.report.dead += sum(move.state == "dead" for move in moves)
        session.report.withdrawn += sum(move.state == "void" for move in moves)
        faultpoints.reach("after_resolve_recorded")


def _look_up(
    session: Session, delivery: Delivery, batch: StoredBatch, lines: pl.DataFrame
) -> _Doubt:
    """Acknowledge what the ERP has in its books; return the rest."""
    shown = _Doubt()
    for start in range(0, lines.height, KEYS_PER_LOOK_UP):
        chunk = lines[start : start + KEYS_PER_LOOK_UP]
        keys, seqs = chunk["posting_key"].to_list(), chunk["seq"].to_list()
        found = delivery.look_up(keys)
        faultpoints.reach("after_resolve_look_up")
        answers = Answers(session, batch, dict(zip(keys, seqs, strict=True)))
        for key, seq in zip(keys, seqs, strict=True):
            objects: list[Found] = found.get(key, [])
            posted = [item for item in objects if item.state == "posted"]
            if posted:
                answers.found(key, posted)
            else:
                (shown.drafts if objects else shown.absent).append(seq)
        answers.store()
    return shown


def wait_until_settled(session: Session) -> bool:
    """Wait until no earlier request can commit any more; True when a second look is due.

    The whole `settle_seconds` are waited from now: the ledger knows when a chunk was begun, not
    when its last request left.
    """
    capabilities = session.delivery.capabilities
    if capabilities.settle_seconds <= 0:
        return False
    session.note(f"waiting {capabilities.settle_seconds:.0f} s until cut-off requests are over")
    session.sleep(capabilities.settle_seconds)
    return True


def judge_absent(
    batch: StoredBatch,
    fold: Fold,
    lines: pl.DataFrame,
    absent: list[int],
    drafts: list[int],
    eligible: Eligible,
    replaced: frozenset[int] = frozenset(),
) -> tuple[list[int], list[Move]]:
    """Decide about lines that are not in the books: send again, withdraw, or give up.

    Args:
        batch: The batch.
        fold: What was on record before the look-up.
        lines: All its lines.
        absent: Numbers of lines that the ERP does not have.
        drafts: Numbers of lines that it has as drafts.
        eligible: The candidates.
        replaced: Lines that may not be sent although they are candidates.

    Returns:
        Numbers of the lines to send again, ascending, and the moves of the others.
    """
    resend: list[int] = []
    moves: list[Move] = []
    asked = lines[[*absent, *drafts]]
    withdrawn, sendable = eligible.is_withdrawn(batch, asked), eligible.may_send(asked)
    is_draft = set(drafts)
    for seq, is_withdrawn, may_send in zip((*absent, *drafts), withdrawn, sendable, strict=True):
        newest = fold.newest(seq)
        if is_withdrawn or seq in replaced:
            if seq not in is_draft:
                moves.append(Move(seq, seq, "void", None, WITHDRAWN))
            elif newest is None or newest.move.message != DRAFT_LEFT:
                moves.append(Move(seq, seq, "sending", "IN_DOUBT", DRAFT_LEFT))
        elif fold.unanswered[seq] >= SENDS_MAX:
            moves.append(Move(seq, seq, "dead", "IN_DOUBT", GIVEN_UP))
        elif may_send:
            resend.append(seq)
    return sorted(resend), moves
