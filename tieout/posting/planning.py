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
from tieout.posting.batch import Decision, Gate, decide, judge
from tieout.posting.candidates import Group, groups_of
from tieout.posting.eligible import Eligible
from tieout.posting.ledger_manifests import all_members
from tieout.posting.ledger_records import KnownKey, NewBatch, StoredBatch
from tieout.posting.members import NO_MEMBERS, adding_up, is_group, with_members
from tieout.posting.oversight import Limits, voided_lines
from tieout.posting.payload import payload_hashes, totals_of
from tieout.posting.scope import EVERYTHING, Scope
from tieout.posting.send import Session
from tieout.posting.standing import waiting_keys
from tieout.posting.writers.base import Writer


@dataclass(slots=True)
class Step:
    """Everything one posting step works with; see `tieout.posting.run.post_target`.

    `candidates` are the rows of the target, `reversals` those of every target that take something
    back, `members` the entries of every line of several among them.
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
    candidates: pl.DataFrame
    reversals: pl.DataFrame
    totals: Mapping[Group, ControlTotals] | None
    plan_only: bool = False
    finish_only: bool = False
    limits: Limits = field(default_factory=dict)
    scope: Scope = EVERYTHING
    members: pl.DataFrame = field(default_factory=NO_MEMBERS.clone)
    eligible: Eligible = field(init=False)
    payloads: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.gate = adding_up(self.gate, self.members)
        keys: list[str] = self.candidates["posting_key"].to_list()
        hashes = with_members(keys, payload_hashes(self.candidates), self.members)
        self.payloads = dict(zip(keys, hashes, strict=True))
        voided = voided_lines(self.session.ledger)
        self.eligible = Eligible.of(
            self.candidates, hashes, frozenset({self.period.id}), voided, self.members,
            all_members(self.session.ledger),
        )  # fmt: skip

    def members_of(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The entries of those lines that stand for several."""
        return self.members.join(lines.select("posting_key"), on="posting_key", how="semi")


def decisions(step: Step, due: pl.DataFrame, rows: pl.DataFrame) -> Iterator[Decision]:
    """Decide group by group: one batch per stream and legal entity.

    Args:
        step: The step.
        due: All candidates of the period.
        rows: Those of them to decide about now. What waits for another line of its entry is left
            out and told in the report.
    """
    waiting = waiting_keys(
        step.session.ledger, rows, step.reversals, is_plan=step.plan_only, members=step.members
    )
    step.session.report.behind += len(waiting)
    groups = groups_of(due)
    for group, all_rows in groups_of(rows).items():
        chosen = all_rows.filter(~pl.col("posting_key").is_in(list(waiting)).fill_null(False))
        if chosen.is_empty():
            continue
        expected = totals_of(chosen)
        if step.totals is not None:
            of_group = step.totals.get(group, ControlTotals(0, ZERO))
            left_out = totals_of(groups[group]).minus(expected)
            expected = of_group.minus(left_out)
        keys = chosen["posting_key"].drop_nulls().to_list()
        yield decide(
            group, chosen, step.payloads, step.session.ledger.known(keys), expected, step.gate,
            step.policies, step.scope.left_out(chosen["posting_key"]), _rivals(step, chosen),
        )  # fmt: skip


def _rivals(step: Step, rows: pl.DataFrame) -> dict[str, KnownKey]:
    """Other versions in the way; a dry run shows a repost whose reversal it does not send."""
    asked = rows.filter(pl.col("correction_group_id").is_null()) if step.plan_only else rows
    return step.session.ledger.rivals(asked["posting_key"].drop_nulls().to_list())


def unpostable_pairs(step: Step, due: pl.DataFrame) -> pl.DataFrame:
    """Reversals whose counterpart could not follow: nothing is taken back for them.

    The gate would hold it; or, where it is a line of several, one of its entries stands in a line
    that is not being taken back.

    Args:
        step: The step.
        due: All candidates of the period.

    Returns:
        The rows of `due` to leave out.
    """
    reversals = due.filter(pl.col("reverses_posting_key").is_not_null())
    pairs = reversals["correction_group_id"].drop_nulls().unique()
    counterparts = due.filter(
        pl.col("reverses_posting_key").is_null()
        & pl.col("correction_group_id").is_in(pairs.implode())
    )
    held: list[str] = []
    reasons: set[str] = set()
    for (_, stream, _), rows in groups_of(counterparts).items():
        verdict = judge(step.gate, stream, rows, totals_of(rows), step.policies)
        held += list(verdict.held) if verdict.passed else rows["posting_key"].to_list()
        reasons |= {finding.reason_code for finding in verdict.findings}
    left_out = _of_pairs(reversals, counterparts, held)
    if left_out.height:
        step.session.report.problems.append(
            f"{left_out.height} reversals wait: the gate holds what is to take their place"
            f" ({', '.join(sorted(reasons))})"
        )
    return _with_those_behind(step, reversals, counterparts, left_out)


def _of_pairs(
    reversals: pl.DataFrame, counterparts: pl.DataFrame, keys: Sequence[str]
) -> pl.DataFrame:
    """The reversals whose counterpart has one of the keys."""
    pairs = counterparts.filter(pl.col("posting_key").is_in(keys))["correction_group_id"]
    return reversals.filter(pl.col("correction_group_id").is_in(pairs.implode()))


def _with_those_behind(
    step: Step, reversals: pl.DataFrame, counterparts: pl.DataFrame, left_out: pl.DataFrame
) -> pl.DataFrame:
    """The reversals left out, and those whose counterpart of several entries waits for them."""
    groups = counterparts.filter(is_group(counterparts))
    for _ in range(groups.height):
        due = step.reversals.join(left_out, on="posting_key", how="anti")
        blocked = waiting_keys(step.session.ledger, groups, due, is_plan=True, members=step.members)
        behind = _of_pairs(reversals, groups, list(blocked))
        more = behind.join(left_out, on="posting_key", how="anti")
        if more.is_empty():
            break
        step.session.report.problems.append(
            f"{more.height} reversals wait: an entry of what is to take their place stands in"
            " another line"
        )
        left_out = pl.concat([left_out, more])
    return left_out


def plan(step: Step, decision: Decision) -> StoredBatch:
    """Store the batch: what is released is planned, what is held is void with its reason."""
    faultpoints.reach("before_plan")
    lines = pl.concat([decision.released, decision.held])
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
            members=step.members_of(lines),
        ),
        lines,
        [step.payloads[key] for key in lines["posting_key"].to_list()],
        decision.reasons,
    )
    step.session.report.batches.append(batch.batch_id)
    faultpoints.reach("after_plan")
    return batch


def count_decision(session: Session, decision: Decision) -> None:
    """Add a decision to the report; what is wrong with a batch as a whole is told in words."""
    report = session.report
    report.planned += decision.released.height
    report.held += decision.held_count
    report.known += decision.known_count
    report.problems += decision.conflicts
    report.corrections.add(decision.released)
    name = " ".join(part for part in decision.group if part)
    report.problems += [
        f"{name}: nothing released: {finding.rule}: {finding.detail}"
        for finding in decision.verdict.findings
        if finding.severity == "batch"
    ]
