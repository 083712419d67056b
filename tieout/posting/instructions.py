"""One instruction of a person, by its verb: what a prompt and the UI both call.

Here: the choice of the call, its lock, and one sentence about what came of it. Not here: the
rules (`tieout.posting.oversight`, `tieout.posting.interventions`).
"""

from __future__ import annotations

from tieout.posting.audit import Act
from tieout.posting.interventions import (
    Request,
    look_at_reversal,
    look_at_void,
    propose_reversal,
    void,
)
from tieout.posting.ledger import Ledger
from tieout.posting.oversight import look_at_release, release_batch
from tieout.posting.run import HomeLike, one_at_a_time
from tieout.posting.showing import money_text


def preview(ledger: Ledger, home: HomeLike, verb: str, subject: str, act: Act) -> str:
    """Say what an instruction would do, after every check that it may be given.

    Raises:
        NotAllowed, SealBroken: It may not; nothing was changed.
    """
    if verb == "release":
        found = look_at_release(ledger, home.outbox, subject, act)
        return (
            f"{subject}: {found.line_count} lines would be sent to {found.batch.target},"
            f" gross {money_text(found.amounts)} (limit {money_text(found.limits)}),"
            f" planned by {found.batch.actor}, manifest {found.seal.manifest_sha256}"
        )
    if verb == "void":
        return _of_void(subject, look_at_void(ledger, subject), "would be")
    return _of_reversal(subject, look_at_reversal(ledger, subject), "would be")


def instruct(ledger: Ledger, home: HomeLike, verb: str, subject: str, act: Act) -> str:
    """Carry out `release`, `void` or `reverse`; say what came of it.

    Raises:
        NotAllowed, SealBroken: It may not be; nothing was changed.
        PostingBusy: A run posts to the target now.
    """
    if verb == "release":
        found = release_batch(ledger, home.outbox, subject, act)
        return (
            f"{subject}: released by {act.actor}; the next run sends {found.line_count} lines\n"
            f"next: tieout replay --batch {subject}"
        )
    if verb == "void":
        target = look_at_void(ledger, subject).batch.target
        with one_at_a_time(ledger, home, target):
            return _of_void(subject, void(ledger, subject, act), "are")
    return _of_reversal(subject, propose_reversal(ledger, subject, act), "are")


def _of_void(subject: str, request: Request, are: str) -> str:
    told = [f"{subject}: {len(request.now)} lines that were never sent {are} void"]
    if request.later:
        told.append(
            f"{len(request.later)} lines in doubt {are} looked up in {request.batch.target} by the"
            " next run: void when it has nothing under their keys, acknowledged when it has"
        )
    return "\n".join([*told, *_left(request)])


def _of_reversal(subject: str, request: Request, are: str) -> str:
    lines = [f"{subject}: {len(request.later)} posted lines {are} proposed for reversal"]
    return "\n".join([*lines, *_left(request)])


def _left(request: Request) -> list[str]:
    return [f"{count} lines are left alone: {why}" for why, count in sorted(request.left.items())]
