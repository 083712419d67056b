"""The port that turns the lines of one batch into the ERP's import files.

Here: the batch header every file may quote and the `Writer` protocol. Not here: the manifest,
the hashes and the outbox folder (`tieout.posting.seal`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import polars as pl

from tieout.domain.control_totals import ControlTotals


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """What is known about a batch before its files exist.

    Attributes:
        batch_id: Unique in the ledger, for example `netsuite-2026-06-time-000001`.
        firm_id: The firm whose lines these are.
        target: System id of the ERP (not the vendor).
        stream: `time` or `expense`: all lines of a batch have this `entry_type`.
        legal_entity_id: The entity: all lines of a batch belong to it, so they share one
            functional currency.
        period_id: Work period of the run, for example `2026-06`.
        created_at: When the batch was planned (UTC, the run's clock).
        totals: Count, hours and cost per functional currency over the lines of the batch.
    """

    batch_id: str
    firm_id: str
    target: str
    stream: str
    legal_entity_id: str
    period_id: str
    created_at: datetime
    totals: ControlTotals


class Writer(Protocol):
    """Writes the files of one batch. Pure: the same lines and header give the same bytes."""

    def files(self, lines: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:
        """Return file name (no folders) -> content, at least one file.

        Args:
            lines: Lines of the batch sorted by posting key, columns of
                `tieout.posting.columns.POSTING_COLUMNS`.
            header: The batch these lines belong to.
        """
        ...
