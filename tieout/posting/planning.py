"""Deciding and planning: from the candidates of one period to batches in the ledger.

Here: the decision per period, stream and legal entity, storing what it releases and holds, and its
figures in the report. Not here: the decision itself (`tieout.posting.batch`), which candidates wait
(`tieout.posting.standing`), and sealing and sending what was planned (`tieout.posting.steps`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tieout.domain.control_totals import ZERO, ControlTotals
from tieout.domain.period import Period
from tieout.posting import faultpoints
from tieout.posting.batch import Decision, Gate, decide
from tieout.posting.candidates import Group
from tieout.posting.eligible import Eligible
from tieout.posting.ledger_manifests import all_members
from tieout.posting.ledger_records import KnownKey, NewBatch, StoredBatch
from tieout.posting.members import adding_up
from tieout.posting.outbox import highest_number
from tieout.posting.oversight import Limits, voided_lines
from tieout.posting.payload import totals_of
from tieout.posting.pool import Part, Pool
from tieout.posting.scope import EVERYTHING, Scope
from tieout.posting.send import Session
from tieout.posting.standing import waiting_keys
from tieout.posting.writers.base import Writer


@dataclass(slots=True)
class Step:
    """Everything one posting step works with; see `tieout.posting.run.post_target`.

    `pool` holds the candidates of the target, and what takes something back at every target.
    """

    firm_id: str
    outbox: Path
    writer: Writer
    gate: Gate
    policies: Mapping[str, str]
    period: Period
    actor: str
    release: bool
    session: Session
    pool: Pool
    totals: Mapping[Group, ControlTotals] | None
    plan_only: bool = False
    finish_only: bool = False
    limits: Limits = field(default_factory=dict)
    scope: Scope = EVERYTHING
    eligible: Eligible = field(init=False)
    number_min: int = field(init=False)

    def __post_init__(self) -> None:
        members = self.pool.members
        self.gate = adding_up(self.gate, members)
        ledger = self.session.ledger
        self.number_min = highest_number(self.outbox) + 1
        self.eligible = Eligible(
            self.pool, frozenset({self.period.id}), voided_lines(ledger), all_members(ledger)
        )

    def members_of(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The entries of those lines that stand for several."""
        return self.pool.members.join(lines.select("posting_key"), on="posting_key", how="semi")


def decisions(
    step: Step, parts: Sequence[Part], left_out: pl.DataFrame
) -> Iterator[tuple[Decision, pl.DataFrame]]:
    """Decide about the parts of one group, each of which makes one batch.

    Args:
        step: The step.
        parts: Reversals or postings of a period, stream and legal entity.
        left_out: Lines that are not to be planned. What waits for another line of its entry is
            left out too, and told in the report.

    Yields:
        The decision, with `posting_key` and payload hash `current` of every line of the part.
    """
    for part in parts:
        rows = part.rows()
        chosen = rows
        if left_out.height:
            chosen = rows.join(left_out, on="posting_key", how="anti", maintain_order="left")
        waiting = waiting_keys(
            step.session.ledger, chosen, step.pool.reversals, is_plan=step.plan_only,
            members=step.pool.members,
        )  # fmt: skip
        step.session.report.behind += len(waiting)
        if waiting:
            is_waiting = pl.col("posting_key").is_in(list(waiting)).fill_null(False)
            chosen = chosen.filter(~is_waiting)
        if chosen.is_empty():
            continue
        expected = totals_of(chosen)
        if step.totals is not None:
            of_group = step.totals.get(part.group, ControlTotals(0, ZERO))
            expected = of_group.minus(step.pool.totals(part.group).minus(expected))
        payloads = part.payloads(rows)
        yield _decide(step, part, chosen, payloads, expected), payloads


def _decide(
    step: Step, part: Part, chosen: pl.DataFrame, payloads: pl.DataFrame, expected: ControlTotals
) -> Decision:
    """Decide about the chosen rows of a part."""
    known = step.session.ledger.known(chosen["posting_key"].drop_nulls().to_list())
    hashes: dict[str, str] = {}
    if known:
        of_known = payloads.filter(pl.col("posting_key").is_in(list(known)))
        hashes = dict(of_known.iter_rows())
    return decide(
        part.group, chosen, hashes, known, expected, step.gate, step.policies,
        step.scope.left_out(chosen["posting_key"]), _rivals(step, chosen),
    )  # fmt: skip


def _rivals(step: Step, rows: pl.DataFrame) -> dict[str, KnownKey]:
    """Other versions in the way; a dry run shows a repost whose reversal it does not send."""
    asked = rows.filter(pl.col("correction_group_id").is_null()) if step.plan_only else rows
    return step.session.ledger.rivals(asked["posting_key"].drop_nulls().to_list())


def plan(
    step: Step, decision: Decision, payloads: pl.DataFrame, first: StoredBatch | None = None
) -> StoredBatch:
    """Store the batch: what is released is planned, what is held is void with its reason.

    Args:
        step: The step.
        decision: What becomes of its lines.
        payloads: Their payload hashes, as `decisions` gives them.
        first: The first batch of the same group, where the group is more than one.
    """
    faultpoints.reach("before_plan")
    lines = decision.released
    if decision.held.height:
        lines = pl.concat([lines, decision.held])
    counted = decision.released if decision.released.height else decision.held
    period_id, stream, entity = decision.group
    batch = step.session.ledger.plan(
        NewBatch(
            firm_id=step.firm_id,
            target=step.session.report.target,
            stream=stream,
            legal_entity_id=entity,
            period_id=period_id,
            actor=step.actor,
            totals=totals_of(counted),
            verdict=decision.verdict,
            quarantined=decision.held_count,
            created_at=step.session.now,
            part_of=first.batch_no if first else None,
            members=step.members_of(lines),
            number_min=step.number_min,
        ),
        lines,
        _hashes_of(payloads, lines),
        decision.reasons,
    )
    step.session.report.batches.append(batch.batch_id)
    faultpoints.reach("after_plan")
    return batch


def _hashes_of(payloads: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    """The payload hash of each of some lines."""
    keys = lines.select("posting_key")
    if keys.equals(payloads.select("posting_key")):
        return payloads["current"]
    one_each = payloads.unique("posting_key", keep="last")
    return keys.join(one_each, on="posting_key", how="left", maintain_order="left")["current"]


def count_decision(session: Session, decision: Decision) -> None:
    """Add a decision to the report; what is wrong with a batch as a whole is told in words."""
    report = session.report
    report.planned += decision.released.height
    report.held += decision.held_count
    report.known += decision.known_count
    report.stuck += decision.stuck_count
    report.problems += decision.conflicts
    report.corrections.add(decision.released)
    name = " ".join(part for part in decision.group if part)
    report.problems += [
        f"{name}: nothing released: {finding.rule}: {finding.detail}"
        for finding in decision.verdict.findings
        if finding.severity == "batch"
    ]
