"""Lines that wait for a person before they are planned again.

Here: finding them by target, state, batch and work period. Not here: letting them go
(`tieout.posting.interventions.replan`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import posting_batches, posting_lines


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; an empty text, tuple or set means all.

    Attributes:
        target: ERP.
        states: `rejected`, `dead`, `void` (those that a person made void).
        batch_id: The batch of their newest attempt.
        periods: Work periods of their batches.
    """

    target: str = ""
    states: tuple[str, ...] = ("rejected", "dead", "void")
    batch_id: str = ""
    periods: frozenset[str] = frozenset()


def waiting_lines(ledger: Ledger, wanted: Wanted) -> pl.DataFrame:
    """The newest attempts that ended without a posting and that only a person lets go again."""
    batches = posting_batches(ledger).select("batch_id", "period_id")
    lines = posting_lines(ledger).filter(pl.col("state").is_in(list(wanted.states)))
    found = lines.join(batches, on="batch_id", how="left", maintain_order="left")
    if wanted.target:
        found = found.filter(pl.col("target") == wanted.target)
    if wanted.batch_id:
        found = found.filter(pl.col("batch_id") == wanted.batch_id)
    if wanted.periods:
        found = found.filter(pl.col("period_id").is_in(sorted(wanted.periods)))
    known = ledger.known(found["posting_key"].to_list())
    waits = [key for key, line in known.items() if line.needs_person]
    return found.filter(pl.col("posting_key").is_in(waits))
