"""Which lines may still be sent: they must be candidates now, exactly as they were sealed.

Here: comparing lines with the candidates of the run. Not here: what becomes of a line that may
not be sent (`tieout.posting.steps`, `tieout.posting.doubt`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from tieout.domain.keys import REVERSAL
from tieout.posting.ledger_records import StoredBatch
from tieout.posting.members import NO_MEMBERS, entries_of
from tieout.posting.oversight_reads import Ranges, covers


@dataclass(frozen=True, slots=True)
class Eligible:
    """The candidates of a run.

    Attributes:
        candidates: `posting_key` of every current candidate and its payload as `current`.
        entries: Entries that are to be posted now, whatever their version.
        periods: Periods of which all candidates are known: a line of such a period that is no
            candidate is none any more. About other periods nothing is concluded.
        voided: Lines that a person asked to make void, whatever the candidates say.
        groups: Lines of several, planned before, with an entry that is to be posted now.
    """

    candidates: pl.DataFrame
    entries: pl.Series
    periods: frozenset[str]
    voided: Ranges = field(default_factory=dict)
    groups: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))

    @classmethod
    def of(
        cls,
        candidates: pl.DataFrame,
        hashes: Sequence[str],
        periods: frozenset[str],
        voided: Ranges | None = None,
        members: pl.DataFrame = NO_MEMBERS,
        planned: pl.DataFrame = NO_MEMBERS,
    ) -> Eligible:
        """The candidates with their payload hashes; a key that repeats speaks once.

        Args:
            candidates, hashes: The candidates and the payload hash of each.
            periods, voided: As the attributes.
            members, planned: The entries of lines of several, as they would be posted now and as
                the ledger planned them.
        """
        frame = candidates.select(
            "posting_key", pl.Series("current", hashes, dtype=pl.String)
        ).unique("posting_key", keep="last", maintain_order=True)
        postings = candidates.filter(pl.col("reverses_posting_key").is_null())
        named = entries_of(postings.select("posting_key", "entry_id"), members)
        entries = named["entry_id"].drop_nulls().unique()
        groups = planned.filter(pl.col("entry_id").is_in(entries.implode()))["posting_key"]
        return cls(frame, entries, periods, voided or {}, groups.unique())

    def may_send(self, lines: pl.DataFrame) -> pl.Series:
        """Whether each line is a candidate with exactly the sealed payload."""
        return self._current(lines).eq_missing(lines["payload_sha256"])

    def is_withdrawn(self, batch: StoredBatch, lines: pl.DataFrame) -> pl.Series:
        """Whether each line is certainly no candidate (any more, or in this form).

        An entry is posted in one form at a time: a line of it that is no candidate is none any
        more when the entry is one in another form, in whatever period.
        """
        current = self._current(lines)
        gone = current.ne_missing(lines["payload_sha256"])
        if batch.period_id not in self.periods:
            is_posting = ~lines["posting_key"].str.starts_with(REVERSAL)
            is_replaced = lines["entry_id"].is_in(self.entries.implode())
            is_replaced |= lines["posting_key"].is_in(self.groups.implode())
            is_replaced &= is_posting
            gone = (current.is_not_null() | is_replaced) & gone
        if batch.batch_no not in self.voided:
            return gone
        asked = [covers(self.voided, batch.batch_no, seq) for seq in lines["seq"]]
        return gone | pl.Series(asked, dtype=pl.Boolean)

    def _current(self, lines: pl.DataFrame) -> pl.Series:
        """The payload that each line would have now; null when it is no candidate."""
        keys = lines.select("posting_key")
        return keys.join(self.candidates, on="posting_key", how="left", maintain_order="left")[
            "current"
        ]
