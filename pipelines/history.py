"""The history of extractions: `ops.extractions`, one row per extraction and table.

A row is written when an extraction ends, well or not, so that the share of failed ones can be told.
`started_at` is the instant that stamps the extraction's `known_at`; `finished_at` adds the time it
took. Requests and retries are those of the system's session, noted on its first table only.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.landing import Lander
from tieout.domain.errors import TieoutError
from tieout.warehouse import Warehouse
from tieout.warehouse.configuration import LEDGER_TABLES

EXTRACTIONS = "extractions"


@contextmanager
def note_extraction(
    warehouse: Warehouse,
    system_id: str,
    now: datetime,
    landers: Sequence[Lander],
    session: Any,
) -> Iterator[None]:
    """Note how the extraction inside ended; its error goes on its way."""
    began = time.monotonic()
    error: BaseException | None = None
    try:
        yield
    except BaseException as problem:
        error = problem
        raise
    finally:
        took = timedelta(seconds=round(time.monotonic() - began, 3))
        rows = _rows(system_id, now, now + took, landers, session, error)
        _append(warehouse, rows)


def _rows(
    system_id: str,
    started: datetime,
    finished: datetime,
    landers: Sequence[Lander],
    session: Any,
    error: BaseException | None,
) -> list[tuple[Any, ...]]:
    extraction = uuid.uuid4().hex[:12]
    outcome = "succeeded" if error is None else "failed"
    kind = None if error is None else type(error).__name__
    detail = f"{kind}: {str(error).splitlines()[0]}" if isinstance(error, TieoutError) else kind
    rows = []
    for number, lander in enumerate(landers):
        counts = lander.counts
        landed = error is None
        rows.append((
            f"{system_id}:{lander.table.name}:{extraction}", system_id, lander.table.name,
            _naive(started), _naive(finished), outcome, detail,
            counts.extracted, counts.landed if landed else 0, counts.deleted if landed else 0,
            counts.quarantined if landed else 0,
            getattr(session, "requests_sent", 0) if number == 0 else 0,
            getattr(session, "retries", 0) if number == 0 else 0,
        ))  # fmt: skip
    return rows


def _naive(stamp: datetime) -> datetime:
    """A naive UTC instant, as the warehouse keeps them."""
    return stamp.astimezone(UTC).replace(tzinfo=None)


def _append(warehouse: Warehouse, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    columns = LEDGER_TABLES[EXTRACTIONS]
    marks = ", ".join("?" for _ in columns.split(", "))
    with warehouse.writing() as connection:
        connection.execute("create schema if not exists ops")
        connection.execute(f"create table if not exists ops.{EXTRACTIONS} ({columns})")
        connection.executemany(f"insert into ops.{EXTRACTIONS} values ({marks})", rows)
