"""Which lines may still be sent: they must be candidates now, exactly as they were sealed.

Here: comparing lines with the candidates of the run. Not here: what becomes of a line that may
not be sent (`tieout.posting.steps`, `tieout.posting.doubt`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from tieout.domain.keys import REVERSAL
from tieout.posting.ledger_records import StoredBatch
from tieout.posting.members import NO_MEMBERS, entries_of
from tieout.posting.oversight_reads import Ranges, covers
from tieout.posting.pool import Pool


@dataclass(frozen=True, slots=True)
class Eligible:
    """The candidates of a run.

    Attributes:
        pool: The candidates.
        periods: Periods of which all candidates are known: a line of such a period that is no
            candidate is none any more. About other periods nothing is concluded.
        voided: Lines that a person asked to make void, whatever the candidates say.
        planned: The entries of lines of several, as the ledger planned them.
    """

    pool: Pool
    periods: frozenset[str]
    voided: Ranges = field(default_factory=dict)
    planned: pl.DataFrame = field(default_factory=NO_MEMBERS.clone)

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
            named = entries_of(lines.select("posting_key", "entry_id"), self.planned)
            entries = self._entries(named["entry_id"])
            replaced = named.filter(pl.col("entry_id").is_in(entries.implode()))["posting_key"]
            is_replaced = is_posting & lines["posting_key"].is_in(replaced.implode())
            gone = (current.is_not_null() | is_replaced) & gone
        if batch.batch_no not in self.voided:
            return gone
        asked = [covers(self.voided, batch.batch_no, seq) for seq in lines["seq"]]
        return gone | pl.Series(asked, dtype=pl.Boolean)

    def _entries(self, asked: pl.Series) -> pl.Series:
        """Which of some entries are to be posted now, alone or in a line of several."""
        is_asked = pl.col("entry_id").is_in(asked.drop_nulls().unique().implode())
        postings = self.pool.scan().filter(pl.col("reverses_posting_key").is_null() & is_asked)
        alone = postings.select(pl.col("entry_id").unique()).collect()["entry_id"]
        takes_back = pl.col("posting_key").str.starts_with(REVERSAL)
        together = self.pool.members.filter(is_asked & ~takes_back)["entry_id"]
        return pl.concat([alone, together]).unique()

    def _current(self, lines: pl.DataFrame) -> pl.Series:
        """The payload that each line would have now; null when it is no candidate."""
        keys = lines.select("posting_key")
        payloads = self.pool.payloads(keys["posting_key"])
        return keys.join(payloads, on="posting_key", how="left", maintain_order="left")["current"]
