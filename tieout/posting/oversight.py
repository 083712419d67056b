"""A second pair of eyes: a batch above the firm's limit is sent only when another person says so.

Here: the limit, the hold that is recorded before the first send, and the release. Not here: when
a batch is about to be sent (`tieout.posting.steps`), and requests about lines
(`tieout.posting.interventions`).

The limit is an amount per functional currency (`policies.release_limit` in firm.yml), compared
with the gross amount of the batch: the sum of what its lines move in that currency without their
signs, so that a batch of postings and reversals that net to little is not small. A currency
without a limit has none. Once a batch waits, a higher limit does not send it; only a person does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from tieout.domain.control_totals import ZERO
from tieout.domain.errors import TieoutError
from tieout.posting import audit
from tieout.posting import oversight_reads as reads
from tieout.posting import oversight_schema as schema
from tieout.posting.audit import Act
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_parts import group_of
from tieout.posting.ledger_records import Seal, StoredBatch, microseconds
from tieout.posting.outbox import folder_of
from tieout.posting.seal import SealBroken, check_folder
from tieout.posting.send import Session
from tieout.posting.states import State

Limits = Mapping[str, Decimal]
"""Functional currency -> the gross amount up to which a batch needs no second person."""

_MOVED: tuple[State, ...] = ("planned", "sealed", "sending", "acked", "rejected", "dead")


class NotAllowed(TieoutError):  # noqa: N818 - named for what happened
    """A person asks for what the rules or the state of a batch forbid; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a release would set free, for the person who decides."""

    batch: StoredBatch
    seal: Seal
    line_count: int
    amounts: Mapping[str, str]
    limits: Mapping[str, str]


def gross(
    lines: pl.DataFrame, amount: str = "amount", currency: str = "currency_code"
) -> dict[str, Decimal]:
    """Currency -> the sum of the lines' amounts without their signs, exact."""
    sums = lines.drop_nulls([amount, currency]).group_by(currency).agg(pl.col(amount).abs().sum())
    return {str(code): value.quantize(ZERO) for code, value in sorted(sums.iter_rows())}


def above(amounts: Mapping[str, Decimal], limits: Limits) -> bool:
    """Whether any currency moves more than its limit; exactly the limit is allowed."""
    return any(value > limits[code] for code, value in amounts.items() if code in limits)


def voided_lines(ledger: Ledger) -> reads.Ranges:
    """The lines that a person asked to make void, of every batch."""
    with ledger.reading() as connection:
        return reads.requested(connection, "void")


def must_wait(session: Session, batch: StoredBatch, lines: pl.DataFrame, limits: Limits) -> bool:
    """Whether a batch that is about to be sent waits for a second person; told and recorded."""
    ledger = session.ledger
    if not waits(ledger, batch, lines, limits):
        return False
    session.report.awaiting.append(batch.batch_id)
    amounts = gross(_sealed(ledger, batch, lines))
    row = {
        "batch_no": batch.batch_no,
        "limits": {code: str(value) for code, value in sorted(limits.items())},
        "amounts": {code: str(value) for code, value in amounts.items()},
        "at": microseconds(session.now),
    }
    with ledger.writing() as connection:
        if reads.hold_of(connection, batch.batch_no) is None:
            connection.execute(schema.holds.insert(), row)
    return True


def waits(ledger: Ledger, batch: StoredBatch, lines: pl.DataFrame, limits: Limits) -> bool:
    """Whether a batch waits: by what is recorded, else by its sealed lines and the limits.

    A batch of which anything was sent already goes on: it was allowed then, and lines in doubt
    must be resolved. Where a group is several batches, each of them waits when all of them together
    are above a limit: cutting a group never brings it below one.
    """
    with ledger.reading() as connection:
        if reads.release_of(connection, batch.batch_no) is not None:
            return False
        if reads.hold_of(connection, batch.batch_no) is not None:
            return True
    if not limits or (ledger.fold(batch).sent >= 0).any():
        return False
    with ledger.reading() as connection:
        group = group_of(connection, batch.batch_no)
    if len(group) == 1:
        return above(gross(_sealed(ledger, batch, lines)), limits)
    moved = [_not_void(ledger, part) for part in group]
    return above(gross(pl.concat(moved)), limits)


def _sealed(ledger: Ledger, batch: StoredBatch, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines of a batch that were sealed and not sent."""
    return lines[ledger.fold(batch).numbers("sealed")]


def _not_void(ledger: Ledger, batch: StoredBatch) -> pl.DataFrame:
    """The lines of a batch that move money, or did: what was sent of a group counts on."""
    lines = ledger.lines(batch, ["amount", "currency_code"])
    return lines[ledger.fold(batch).numbers(*_MOVED)]


def find_batch(ledger: Ledger, batch_id: str) -> StoredBatch:
    """The batch of that id.

    Raises:
        NotAllowed: There is none.
    """
    try:
        return ledger.batch(batch_id)
    except KeyError:
        raise NotAllowed(
            f"there is no batch {batch_id} in the posting ledger\n  fix: tieout post show lists"
            " them"
        ) from None


def look_at_release(ledger: Ledger, outbox: Path, batch_id: str, act: Act) -> Release:
    """What the release of a batch would set free, after every check that it may be released.

    Raises:
        NotAllowed: There is no such batch, it does not wait, or the person planned it.
        SealBroken: Its sealed files are not what was sealed.
    """
    batch = find_batch(ledger, batch_id)
    with ledger.reading() as connection:
        hold = reads.hold_of(connection, batch.batch_no)
        released = reads.release_of(connection, batch.batch_no)
    if released is not None:
        raise NotAllowed(f"{batch_id} was released by {released.actor} already")
    if hold is None:
        raise NotAllowed(
            f"{batch_id} does not wait for a release: it is not above policies.release_limit, or"
            " no run has tried to send it yet\n  fix: tieout post show names the batches that wait"
        )
    if act.is_by(batch.actor):
        raise NotAllowed(
            f"{batch_id} was planned by {batch.actor}: who plans a batch does not release it\n"
            "  fix: ask a second person, or name yourself with --actor"
        )
    waiting = ledger.fold(batch).in_state("sealed")
    if not waiting:
        raise NotAllowed(f"{batch_id}: no line of it waits any more")
    (seal,) = ledger.seals(batch.target, batch_no=batch.batch_no)
    problems = check_folder(folder_of(outbox, batch), seal)
    if problems:
        raise SealBroken(f"{batch_id}: {'; '.join(problems)}\n  fix: tieout post void {batch_id}")
    return Release(batch, seal, len(waiting), hold.amounts, hold.limits)


def release_batch(ledger: Ledger, outbox: Path, batch_id: str, act: Act) -> Release:
    """Let a waiting batch be sent by the next run; recorded once, with who and why.

    Raises:
        NotAllowed, SealBroken: See `look_at_release`; nothing was changed.
    """
    found = look_at_release(ledger, outbox, batch_id, act)
    number = found.batch.batch_no
    with ledger.writing() as connection:
        if reads.release_of(connection, number) is not None:
            raise NotAllowed(f"{batch_id} was released by another person just now")
        journaled = audit.append(connection, act, "release", batch_id, {
            "planned_by": found.batch.actor, "lines": found.line_count,
            "manifest_sha256": found.seal.manifest_sha256,
        })  # fmt: skip
        connection.execute(schema.batch_releases.insert(), {
            "batch_no": number, "actor": act.actor, "reason": act.reason,
            "manifest_sha256": found.seal.manifest_sha256, "at": microseconds(act.at),
            "audit_sha256": journaled,
        })  # fmt: skip
    return found
