"""Candidates on their way from the warehouse to a posting step, a bounded number at a time.

Here: reading the rows of a target in the order of their batches, and their control totals. Not
here: the same rows as one frame (`tieout.posting.candidates`) and the parts that they become
(`tieout.posting.pool`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
from filelock import FileLock, Timeout

from tieout.domain.control_totals import ControlTotals
from tieout.posting.candidates import EVERY_CANDIDATE, NO_STREAM, Group, group_totals
from tieout.posting.members import conform_members, read_members
from tieout.posting.payload import as_contract, conform
from tieout.posting.pool import Pool

PREFIX, IN_USE = ".candidates-", "in-use"
ROWS_PER_READ = 10_000
SETTINGS = "set memory_limit = '128MB'; set threads = 1"
"""What DuckDB may use to sort; more is sorted on disk beside the warehouse. One thread, as each
holds blocks of its own: 16 of them need more than 256 MB for a million lines."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What may be posted to one target.

    Attributes:
        pool: The lines, of every period.
        totals: What the database says the target's rows of each group sum to.
    """

    pool: Pool
    totals: Mapping[Group, ControlTotals]


@contextmanager
def candidates_folder(outbox: Path) -> Iterator[Path]:
    """A folder beside the sealed batches, for this user alone, which is gone at the end.

    Not the machine's own folder of temporary files: that one may be memory. What a killed process
    left is removed first: its lock is free.
    """
    outbox.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with FileLock(outbox / f"{PREFIX}lock"):
            _sweep(outbox)
            folder = Path(stack.enter_context(TemporaryDirectory(prefix=PREFIX, dir=outbox)))
            stack.enter_context(FileLock(folder / IN_USE))
        yield folder


def _sweep(outbox: Path) -> None:
    """Remove the folders whose process is gone."""
    for folder in outbox.glob(f"{PREFIX}*/"):
        try:
            with FileLock(folder / IN_USE, blocking=False):
                shutil.rmtree(folder)
        except Timeout:
            continue


def gather(connection: duckdb.DuckDBPyConnection, target: str, folder: Path) -> Gathered:
    """Read the candidates of a target of all periods into a pool.

    Args:
        connection: The warehouse; its memory and threads are limited from now on.
        target: The ERP's system id.
        folder: Where lines are kept that are too many for memory, as long as the pool is used.

    Raises:
        duckdb.CatalogException: The posting models were never built.
        ContractError: The rows do not have the contract's shape.
    """
    connection.execute(SETTINGS)
    reversals = connection.execute(
        f"{EVERY_CANDIDATE} where reverses_posting_key is not null order by posting_key"
    ).pl()
    totals, members = group_totals(connection, target), conform_members(read_members(connection))
    pool = Pool.filled(_rows(connection, target), conform(reversals), folder, members)
    return Gathered(pool, totals)


def _rows(connection: duckdb.DuckDBPyConnection, target: str) -> Iterator[pl.DataFrame]:
    """The rows of a target in the order that a pool asks for."""
    reader = connection.execute(
        f"{EVERY_CANDIDATE} where target = $target order by coalesce(period_id, ''),"
        f" coalesce(entry_type, '{NO_STREAM}'), coalesce(legal_entity_id, ''),"
        " reverses_posting_key is null, posting_key nulls last",
        {"target": target},
    ).to_arrow_reader(ROWS_PER_READ)
    for batch in reader:
        frame = pl.from_arrow(batch)
        if isinstance(frame, pl.DataFrame) and frame.height:
            yield as_contract(frame)
