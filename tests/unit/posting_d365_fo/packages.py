"""Packages of some lines, for tests."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import polars as pl

from tieout.posting.payload import totals_of
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.d365_fo import D365FoWriter, create_writer

BATCH = "d365_fo-2026-06-US01-time-000001"


def header(lines: pl.DataFrame, batch: str = BATCH) -> BatchHeader:
    """The header of a batch of these lines."""
    return BatchHeader(
        batch_id=batch,
        firm_id="meridian",
        target="d365_fo",
        stream="time",
        legal_entity_id="US01",
        period_id="2026-06",
        created_at=datetime(2026, 7, 3, 6, tzinfo=UTC),
        totals=totals_of(lines),
    )


def written(
    lines: pl.DataFrame, batch: str = BATCH, writer: D365FoWriter | None = None
) -> dict[str, bytes]:
    """The files of a batch."""
    return (writer or create_writer()).files(lines, header(lines, batch))


def parts(content: bytes) -> dict[str, bytes]:
    """Name -> content of a package's parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}
