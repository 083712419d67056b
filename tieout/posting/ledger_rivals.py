"""Other versions of the same entry that stand, or may yet come to stand, in some ERP.

Here: the question to the ledger. Not here: what follows from the answer (`tieout.posting.batch`).

Candidates are made before the posting lock is taken: between the two, another run may have posted
an older version of an entry, a request of a withdrawn line may still be on its way, or a change of
routes may have sent the entry to another ERP. The ledger knows; the books that were extracted for
the candidates do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.domain.keys import PostingKey, parse_posting_key, reversal_key
from tieout.posting import ledger_schema as schema
from tieout.posting.ledger_reads import known_keys
from tieout.posting.ledger_records import DRAFT_LEFT, Fold, KnownKey
from tieout.posting.states import OPEN

Identity = tuple[str, str, str, str]
"""Firm, source system, source record and leg: what all versions of a line have in common."""


def rivals(
    connection: Connection, keys: Sequence[str], folds: MutableMapping[int, Fold]
) -> dict[str, KnownKey]:
    """Key -> a line of another version, or at another target, that stands in its way.

    A line stands in the way while it is open or acknowledged and its reversal is not acknowledged.
    A draft that was left to a person does not: it is in nobody's books.
    """
    wanted = {key: parts for key in keys if (parts := _plain(key)) is not None}
    if not wanted:
        return {}
    targets = sorted(connection.execute(sa.select(schema.batches.c.target).distinct()).scalars())
    stems = sorted({_stem(replace(p, target=t)) for p in wanted.values() for t in targets})
    found = sorted(set(_keys_under(connection, stems)))
    asked = [*found, *(reversal_key(key) for key in found)]
    known = known_keys(connection, asked, folds) if found else {}
    standing: dict[Identity, list[KnownKey]] = {}
    for key in found:
        parts, line, back = _plain(key), known[key], known.get(reversal_key(key))
        is_back = back is not None and back.state == "acked"
        if parts is not None and _stands(line) and not is_back:
            standing.setdefault(_identity(parts), []).append(line)
    return {
        key: others[0]
        for key, parts in wanted.items()
        if (others := [o for o in standing.get(_identity(parts), ()) if o.posting_key != key])
    }


def _stands(line: KnownKey) -> bool:
    return line.state == "acked" or (line.state in OPEN and line.message != DRAFT_LEFT)


def _plain(key: str) -> PostingKey | None:
    """The parts of a key that is no reversal."""
    parts = parse_posting_key(key)
    return None if parts is None or parts.is_reversal else parts


def _identity(parts: PostingKey) -> Identity:
    # a version that is posted again after it was taken back says so in its leg: `cost.2`
    leg = parts.leg.partition(".")[0]
    return parts.firm, parts.source_system, parts.source_record_id, leg


def _stem(parts: PostingKey) -> str:
    """The key up to its version: `firm:target:system:record:v`."""
    text = str(replace(parts, version=0))
    return text[: text.rindex(":v0:") + 2]


def _keys_under(connection: Connection, stems: Sequence[str]) -> Iterator[str]:
    """Every key that begins with one of the stems: all go over as one value."""
    if connection.dialect.name == "sqlite":
        # the cross join holds SQLite to one search of the index per stem
        query = (
            "select posting_key from json_each(?) as stems cross join lines"
            " where posting_key >= stems.value"
            " and posting_key < substr(stems.value, 1, length(stems.value) - 1) || 'w'"
        )
        found = connection.exec_driver_sql(query, (json.dumps(list(stems)),))
    else:
        query = (
            "select posting_key from lines"
            " where regexp_replace(posting_key, ':v[0-9]+:[^:]*$', ':v') = any(%s)"
        )
        found = connection.exec_driver_sql(query, (list(stems),))
    return (row[0] for row in found)
