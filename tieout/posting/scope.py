"""Which part of a target's postings a replay is about.

Here: the choice of batches to finish and of keys to plan. Not here: who makes the choice
(`assets.postings`) and what becomes of it (`tieout.posting.steps`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tieout.posting.ledger_records import StoredBatch


@dataclass(frozen=True, slots=True)
class Scope:
    """What a posting step may touch; everything, unless it says otherwise.

    Attributes:
        batch_id: Only this batch is finished; empty means every one.
        periods: Only batches of these work periods are finished; empty means all.
        keys: Only these keys are planned; None means every candidate.
    """

    batch_id: str = ""
    periods: frozenset[str] = frozenset()
    keys: frozenset[str] | None = None

    def chosen(self, batches: Iterable[StoredBatch]) -> list[StoredBatch]:
        """Of these open batches, the ones to finish, in their order."""
        return [
            batch
            for batch in batches
            if self.batch_id in ("", batch.batch_id)
            and (not self.periods or batch.period_id in self.periods)
        ]

    def left_out(self, keys: Iterable[str | None]) -> frozenset[str]:
        """Of these keys, the ones that are not to be planned."""
        if self.keys is None:
            return frozenset()
        return frozenset(key for key in keys if key is not None and key not in self.keys)


EVERYTHING = Scope()
