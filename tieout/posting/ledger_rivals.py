"""Other versions of the same entry that stand, or may yet come to stand, in some ERP.

Here: the question to the ledger. Not here: what follows from the answer (`tieout.posting.batch`).

Candidates are made before the posting lock is taken: between the two, another run may have posted
an older version of an entry, a request of a withdrawn line may still be on its way, or a change of
routes may have sent the entry to another ERP. The ledger knows; the books that were extracted for
the candidates do not.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence

import polars as pl
from sqlalchemy.engine import Connection

from tieout.domain.keys import REVERSAL, reversal_key
from tieout.posting.ledger_entries import entry_of_parts, lines_of_entries, parsed
from tieout.posting.ledger_reads import known_keys
from tieout.posting.ledger_records import DRAFT_LEFT, Fold, KnownKey
from tieout.posting.states import OPEN

_IDENTITY = ("firm", "system", "record", "leg")
"""What all versions of a line have in common, as columns."""


def rivals(
    connection: Connection, keys: Sequence[str], folds: MutableMapping[int, Fold]
) -> dict[str, KnownKey]:
    """Key -> a line of another version, or at another target, that stands in its way.

    A line stands in the way while it is open or acknowledged and its reversal is not acknowledged.
    A draft that was left to a person does not: it is in nobody's books.
    """
    asked = parsed(pl.Series("posting_key", keys, dtype=pl.String))
    held = lines_of_entries(connection, asked.select(entry_of_parts()).to_series())
    if held.is_empty():
        return {}
    found = _identified(parsed(held["posting_key"].unique().sort()))
    wanted = _identified(asked).join(found, on=_IDENTITY, how="semi", maintain_order="left")
    plain = found.join(wanted, on=_IDENTITY, how="semi", maintain_order="left")
    names: list[str] = plain["posting_key"].to_list()
    known = known_keys(connection, [*names, *map(reversal_key, names)], folds)
    standing: dict[tuple[str, ...], list[KnownKey]] = {}
    for key, *identity in plain.iter_rows():
        back = known.get(reversal_key(key))
        if _stands(known[key]) and not (back is not None and back.state == "acked"):
            standing.setdefault(tuple(identity), []).append(known[key])
    return {
        key: others[0]
        for key, *identity in wanted.iter_rows()
        if (others := [o for o in standing.get(tuple(identity), ()) if o.posting_key != key])
    }


def _stands(line: KnownKey) -> bool:
    return line.state == "acked" or (line.state in OPEN and line.message != DRAFT_LEFT)


def _identified(keys: pl.DataFrame) -> pl.DataFrame:
    """Parsed keys that are no reversals, each with its identity."""
    # a version that is posted again after it was taken back says so in its leg: `cost.2`
    plain = keys.filter(~pl.col("posting_key").str.starts_with(REVERSAL))
    return plain.select(
        "posting_key",
        *_IDENTITY[:-1],
        pl.col("leg").str.split(".").list.first(),
    )
