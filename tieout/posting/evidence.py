"""Is what the ledger says happened still what the files and the journal show?

Here: one look at every chain of an installation. Not here: the chain of one target's sealed
files (`tieout.posting.seal`) and the chain of the journal (`tieout.posting.audit`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tieout.posting import ledger_schema as schema
from tieout.posting.audit import check_journal
from tieout.posting.ledger import GENESIS, Ledger
from tieout.posting.seal import check_chain


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain: what it is, how many links it has, and where it is broken, first break first."""

    name: str
    links: int
    problems: tuple[str, ...]


def chains(ledger: Ledger, outbox: Path) -> Iterator[Chain]:
    """The chain of sealed files of every target, then the journal."""
    with ledger.reading() as connection:
        table = schema.batches
        targets = connection.execute(sa.select(table.c.target).distinct().order_by(table.c.target))
        names = [row.target for row in targets]
    for target in names:
        seals = ledger.seals(target)
        problems = check_chain(outbox, target, seals, GENESIS)
        yield Chain(f"sealed files of {target}", len(seals), tuple(problems))
    links, problems = check_journal(ledger)
    yield Chain("audit journal", links, tuple(problems))


def is_older(path: Path, url: str | None = None) -> bool:
    """Whether a ledger was written by an earlier release; looking does not bring it up to date."""
    engine = schema.connect(url or sa.URL.create("sqlite", database=str(path)))
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return True
            found = connection.exec_driver_sql("select version_num from alembic_version").scalar()
            return str(found) < schema.REVISION
    finally:
        engine.dispose()
