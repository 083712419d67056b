"""What a person asks of single lines: make them void, try them again, reverse them.

Here: choosing the lines, saying beforehand what would happen, and recording the request with who
and why. Not here: the release of a whole batch (`tieout.posting.oversight`), the run that acts on
a request (`tieout.posting.steps`), and the lines that reverse others, which are planned like all
lines (`dbt_project/models/posting`).

A request is stored before anything moves: a process that dies in between leaves a request that
the next run carries out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import polars as pl

from tieout.domain.keys import parse_posting_key, reversal_key
from tieout.domain.verdict import Finding
from tieout.posting import audit
from tieout.posting import ledger_schema as tables
from tieout.posting import oversight_reads as reads
from tieout.posting import oversight_schema as schema
from tieout.posting.audit import Act
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_records import Move, StoredBatch, microseconds, runs_of
from tieout.posting.ledger_writes import insert_findings, insert_many
from tieout.posting.oversight import NotAllowed, find_batch

VOIDED = "VOIDED"
"""Reason code of a line that a person made void: it waits for that person, not for the gate."""

VOID_RULE = "person.void"


@dataclass(slots=True)
class Request:
    """Lines of one batch that a person asks something of, and what would become of them.

    Attributes:
        batch: The batch.
        now: Numbers of the lines that the request changes at once.
        later: Numbers of the lines about which the ERP is asked first, in the next run.
        left: Why other lines are left alone -> how many.
    """

    batch: StoredBatch
    now: list[int] = field(default_factory=list)
    later: list[int] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)

    @property
    def seqs(self) -> list[int]:
        """All lines that the request is about, ascending."""
        return sorted([*self.now, *self.later])


def look_at_void(ledger: Ledger, subject: str) -> Request:
    """What would become of a batch, or of the newest line under a key, if it were made void.

    Raises:
        NotAllowed: There is no such thing, or nothing of it can be made void.
    """
    batch, seqs = _lines_named(ledger, subject)
    fold, request = ledger.fold(batch), Request(batch)
    with ledger.reading() as connection:
        asked = reads.requested(connection, "void", {batch.batch_no})
    for seq in seqs:
        state = fold.state(seq)
        if reads.covers(asked, batch.batch_no, seq):
            request.left["asked for already"] += 1
        elif state in ("planned", "sealed"):
            request.now.append(seq)
        elif state == "sending":
            request.later.append(seq)
        else:
            request.left[_why_not_void(state)] += 1
    if not request.seqs:
        raise NotAllowed(f"{subject}: nothing can be made void: {_told(request.left)}")
    open_lines = fold.in_state("sending")
    if request.later and len(request.later) < len(open_lines) and ledger.submissions(batch):
        raise NotAllowed(
            f"{subject} was handed to {batch.target} in one file with other lines in doubt\n"
            f"  fix: tieout post void {batch.batch_id}"
        )
    return request


def void(ledger: Ledger, subject: str, act: Act) -> Request:
    """Make void what was never sent; ask that lines in doubt be, once proved absent.

    Hold the target's posting lock (`tieout.posting.run.one_at_a_time`) around the call. The lines
    are not planned again until their content changes or a person replays them.

    Raises:
        NotAllowed: See `look_at_void`; nothing was changed.
    """
    request = look_at_void(ledger, subject)
    batch, told = request.batch, f"voided by {act.actor}: {act.reason}"
    keys = ledger.lines(batch)["posting_key"]
    findings = [Finding(VOID_RULE, VOIDED, told, "line", keys[seq]) for seq in request.seqs]
    _store(ledger, "void", subject, request, act, findings)
    if request.now:
        moves = [Move(first, last, "void", None, told) for first, last in _ranges(request.now)]
        ledger.move(batch, moves, act.at)
    return request


def look_at_reversal(ledger: Ledger, subject: str) -> Request:
    """Which posted lines of a batch or key would be proposed for reversal.

    Raises:
        NotAllowed: There is no such thing, or nothing of it can be reversed.
    """
    batch, seqs = _lines_named(ledger, subject)
    fold, request = ledger.fold(batch), Request(batch)
    keys: list[str] = ledger.lines(batch)["posting_key"].to_list()
    with ledger.reading() as connection:
        asked = reads.requested(connection, "reverse", {batch.batch_no})
    reversals = {
        key: known.state
        for key, known in ledger.known(
            [reversal_key(keys[seq]) for seq in seqs if not keys[seq].startswith("R:")]
        ).items()
        if known.state not in ("void", "rejected", "dead")
    }
    for seq in seqs:
        if keys[seq].startswith("R:"):
            request.left["a reversal is never reversed: post a new version"] += 1
        elif reads.covers(asked, batch.batch_no, seq):
            request.left["asked for already"] += 1
        elif reversal_key(keys[seq]) in reversals:
            request.left["reversed already"] += 1
        elif fold.state(seq) != "acked":
            request.left[f"{fold.state(seq)}, not posted"] += 1
        else:
            request.later.append(seq)
    if not request.seqs:
        raise NotAllowed(f"{subject}: nothing can be reversed: {_told(request.left)}")
    return request


def propose_reversal(ledger: Ledger, subject: str, act: Act) -> Request:
    """Record that posted lines are to be reversed; planning picks the request up.

    Raises:
        NotAllowed: See `look_at_reversal`; nothing was changed.
    """
    request = look_at_reversal(ledger, subject)
    _store(ledger, "reverse", subject, request, act, ())
    return request


def replan(ledger: Ledger, keys: Collection[str], act: Act, subject: str) -> list[str]:
    """Allow refused, dead and voided keys to be planned again; return those it concerns.

    Keys in any other state, and keys that are allowed already, are left alone.
    """
    known = ledger.known(sorted(keys))
    chosen = sorted(key for key, line in known.items() if line.needs_person)
    moment = microseconds(act.at)
    if chosen:
        rows = [(key, known[key].line_id, act.actor, act.reason, moment) for key in chosen]
        with ledger.writing() as connection:
            insert_many(connection, tables.releases, rows)
            audit.append(connection, act, "replay", subject, {"lines": len(chosen)})
    return chosen


def _lines_named(ledger: Ledger, subject: str) -> tuple[StoredBatch, Sequence[int]]:
    """The batch of that id with all its lines, or the newest line under that key."""
    if parse_posting_key(subject) is None:
        batch = find_batch(ledger, subject)
        return batch, range(len(ledger.fold(batch).current))
    known = ledger.known([subject]).get(subject)
    if known is None:
        raise NotAllowed(f"no line was ever planned under the key {subject}")
    return ledger.batch(known.batch_id), [known.line_id % tables.LINES_PER_BATCH_MAX]


def _store(
    ledger: Ledger,
    kind: str,
    subject: str,
    request: Request,
    act: Act,
    findings: Sequence[Finding],
) -> None:
    number = request.batch.batch_no
    with ledger.writing() as connection:
        journaled = audit.append(connection, act, kind, subject, {
            "batch_id": request.batch.batch_id, "at_once": len(request.now),
            "after_look_up": len(request.later), "left_alone": dict(request.left),
        })  # fmt: skip
        connection.execute(schema.requests.insert(), [
            {
                "kind": kind, "batch_no": number, "first_seq": first, "last_seq": last,
                "actor": act.actor, "reason": act.reason, "at": microseconds(act.at),
                "audit_sha256": journaled,
            }
            for first, last in _ranges(request.seqs)
        ])  # fmt: skip
        insert_findings(connection, number, findings, microseconds(act.at))


def _ranges(seqs: Sequence[int]) -> list[tuple[int, int]]:
    frame = pl.DataFrame({"seq": list(seqs)}, schema={"seq": pl.Int64})
    return [(first, last) for first, last in runs_of(frame)]


def _why_not_void(state: str | None) -> str:
    return "in the ERP: propose its reversal" if state == "acked" else f"{state}: ended already"


def _told(left: Counter[str]) -> str:
    return "; ".join(f"{count} lines {why}" for why, count in sorted(left.items()))
