"""Oracle Fusion's import files: FBDI zips of project costs and of journals.

Here: `OracleFusionWriter`: which line goes into which zip, within Oracle's bounds. Not here: the
columns (`oracle_fusion_columns`), the reading of our own files (`oracle_fusion_reader`), which
lines can be posted (`oracle_fusion_lines`), names of the firm's setup (`oracle_fusion_setup`),
the hand-over (`tieout.posting.delivery.oracle_fusion`).

A zip holds one CSV under the name that Oracle's loader expects: no header, every field quoted,
fields told apart by position only, dates YYYY/MM/DD. Zips are stored, not packed, with a fixed
date, so that equal lines give equal bytes whatever library packs them.

The name of a zip says which part of the batch it is (`…-time-1of2-US01.zip`), so that a look at
Oracle's document server tells whether all of a batch arrived.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from tieout.config import System
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.oracle_fusion_columns import cost_table, journal_table
from tieout.posting.writers.oracle_fusion_lines import COST, JOURNAL, split
from tieout.posting.writers.oracle_fusion_setup import Setup, setup_of

ROWS_MAX: Final = 100_000
BYTES_MAX: Final = 250 * 1000 * 1000
"""Rows advised and bytes allowed per zip; both bounds are assumed, no stored fact proves them."""
COSTS_CSV: Final = "PjcTxnXfaceStageAll.csv"
JOURNALS_CSV: Final = "GlInterface.csv"
NOT_SENT: Final = "notsent"
_FIXED_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o644 << 16

Table = Callable[[pl.DataFrame, BatchHeader, Setup], pl.DataFrame]


class OracleFusionWriter:
    """Writes the import files of a batch.

    Args:
        setup: names of the firm's Oracle setup.
        rows_max: rows per file, lower in tests.
        bytes_max: bytes per file, lower in tests.
    """

    def __init__(
        self, setup: Setup | None = None, rows_max: int = ROWS_MAX, bytes_max: int = BYTES_MAX
    ) -> None:
        self._setup = setup or Setup()
        self._rows_max, self._bytes_max = rows_max, bytes_max

    def files(self, lines: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:
        """The zips, and a list of lines that no file can hold, if there are any."""
        good, refused = split(lines, self._setup)
        parts: list[tuple[str, bytes]] = []
        for kind, name, rows_per_line, csv_name, table in (
            (COST, header.stream, 1, COSTS_CSV, cost_table),
            (JOURNAL, JOURNAL, 2, JOURNALS_CSV, journal_table),
        ):
            chosen = good.filter(pl.col("kind") == kind)
            lines_max = max(1, self._rows_max // rows_per_line)
            for chunk in self._chunks(chosen, lines_max, table, header):
                content = _csv(table(chunk, header, self._setup))
                parts.append((f"{name}.zip", _zip(csv_name, content)))
        if not refused.is_empty() or not parts:
            parts.append((f"{NOT_SENT}.csv", _csv(refused, header=True)))
        return {
            part_name(header, kind, number, len(parts)): content
            for number, (kind, content) in enumerate(parts, start=1)
        }

    def _chunks(
        self, lines: pl.DataFrame, lines_max: int, table: Table, header: BatchHeader
    ) -> Iterator[pl.DataFrame]:
        """The lines in pieces within both bounds, in order."""
        for start in range(0, lines.height, lines_max):
            waiting = [lines.slice(start, lines_max)]
            while waiting:
                chunk = waiting.pop(0)
                size = len(_csv(table(chunk, header, self._setup)))
                if size <= self._bytes_max or chunk.height == 1:
                    yield chunk
                    continue
                half = chunk.height // 2
                waiting = [chunk.head(half), chunk.slice(half), *waiting]


def create_writer() -> OracleFusionWriter:
    """The writer with the names that Oracle ships; see `create_writer_for`."""
    return OracleFusionWriter()


def create_writer_for(system: System) -> OracleFusionWriter:
    """The writer with the names of a system's options.

    Raises:
        ConfigError: if an option cannot be read.
    """
    return OracleFusionWriter(setup_of(system.id, system.options))


def part_name(header: BatchHeader, kind: str, number: int, total: int) -> str:
    """Name of one part of a batch: `<batch>-<kind>-<n>of<total>-<entity>.<ending>`."""
    stem, ending = kind.rsplit(".", 1)
    entity = header.legal_entity_id or "none"
    return f"{header.batch_id}-{stem}-{number}of{total}-{entity}.{ending}"


def _csv(table: pl.DataFrame, *, header: bool = False) -> bytes:
    text = table.write_csv(include_header=header, quote_style="always", line_terminator="\n")
    return text.encode("utf-8")


def _zip(name: str, content: bytes) -> bytes:
    """A zip of one file; the same bytes on every machine and day."""
    buffer = io.BytesIO()
    entry = zipfile.ZipInfo(name, _FIXED_DATE)
    entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(entry, content)
    return buffer.getvalue()
