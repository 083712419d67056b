"""What a posting step would do, told before it does it.

Here: the rows of a plan, from decisions and open batches, changing nothing. Not here: deciding
(`tieout.posting.batch`), doing (`tieout.posting.steps`) and showing (`tieout.cli`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from tieout.posting.batch import Decision
from tieout.posting.eligible import Eligible
from tieout.posting.ledger import Ledger
from tieout.posting.oversight import Limits, above, gross, waits
from tieout.posting.payload import totals_of
from tieout.posting.planned import PlanRow
from tieout.posting.pool import Pool
from tieout.posting.send import Session

AMOUNT, CURRENCY = "cost_amount_functional", "functional_currency_code"


def foretell(
    session: Session,
    decisions: Iterable[Decision],
    eligible: Eligible,
    limits: Limits,
) -> list[PlanRow]:
    """Everything a step would do: with the lines of open batches, then with new ones."""
    target = session.report.target
    rows = [*of_open(session.ledger, target, eligible, limits)]
    for decision in decisions:
        rows += of_decision(target, decision, eligible.pool, limits)
    return rows


def of_decision(target: str, decision: Decision, pool: Pool, limits: Limits) -> Iterator[PlanRow]:
    """What would become of the new lines of a group: posted, or held for each reason."""
    released = decision.released
    if released.height:
        needs = above(gross(released, AMOUNT, CURRENCY), limits)
        yield _row((target, *decision.group), "post", released, needs_release=needs)
    codes: dict[str, list[str]] = {}
    for key, finding in decision.obstacles.items():
        codes.setdefault(finding.reason_code, []).append(key)
    for code, keys in sorted(codes.items()):
        held = pool.scan(decision.group[0]).filter(pl.col("posting_key").is_in(keys)).collect()
        yield _row((target, *decision.group), "hold", held, reason_code=code)


def of_open(ledger: Ledger, target: str, eligible: Eligible, limits: Limits) -> Iterator[PlanRow]:
    """What would become of the lines of the target's open batches."""
    for batch in ledger.unfinished(target):
        lines, fold = ledger.lines(batch), ledger.fold(batch)
        actions = dict.fromkeys(fold.in_state("planned"), "withdraw")
        actions |= dict.fromkeys(fold.in_state("sending"), "look up")
        sealed = lines[fold.in_state("sealed")]
        sends = "await release" if waits(ledger, batch, lines, limits) else "send"
        gone, fit = eligible.is_withdrawn(batch, sealed), eligible.may_send(sealed)
        for seq, is_gone, may_go in zip(sealed["seq"], gone, fit, strict=True):
            actions[seq] = "withdraw" if is_gone else sends if may_go else "wait"
        group = (target, batch.period_id, batch.stream, batch.legal_entity_id)
        for action in sorted(set(actions.values())):
            chosen = lines[sorted(seq for seq, what in actions.items() if what == action)]
            yield _row(
                group, action,
                chosen.rename({"amount": AMOUNT, "currency_code": CURRENCY}),
                batch_id=batch.batch_id, needs_release=action == "await release",
            )  # fmt: skip


def _row(
    group: tuple[str, str, str, str],
    action: str,
    lines: pl.DataFrame,
    *,
    reason_code: str = "",
    batch_id: str = "",
    needs_release: bool = False,
) -> PlanRow:
    totals = totals_of(lines)
    target, period_id, stream, entity = group
    return PlanRow(
        target, period_id, stream, entity, action, reason_code, batch_id,
        totals.line_count, totals.hours, totals.amounts, needs_release,
    )  # fmt: skip
