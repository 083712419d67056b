"""What was put into batches of files, from the indexes in our own state folder.

Here: the batches that it knows, the index of one, and finding the batches of some keys. Not here:
what an index holds (`tieout.posting.writers.legacy_files`) and who writes it (`legacy_files`).
"""

from __future__ import annotations

import io
import re

import polars as pl

from tieout.posting.delivery.legacy_files_stores import STATE, FileStore
from tieout.posting.writers.legacy_files import INDEX_COLUMNS, INDEX_SUFFIX


class Indexes:
    """The indexes of a store.

    Args:
        store: the folders of the exchange.
    """

    def __init__(self, store: FileStore) -> None:
        self.store = store
        self._spans: dict[str, tuple[str, str]] = {}

    def batches(self) -> list[str]:
        """Batches of which the state folder knows, oldest first."""
        names = [name for name in self.store.names(STATE) if name.endswith(INDEX_SUFFIX)]
        return [name.removesuffix(INDEX_SUFFIX) for name in sorted(names, key=_number_of)]

    def read(self, batch: str) -> pl.DataFrame:
        """The index of a batch (`INDEX_COLUMNS`)."""
        content = self.store.read(STATE, f"{batch}{INDEX_SUFFIX}")
        return pl.read_parquet(io.BytesIO(content))

    def holding(self, wanted: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
        """The lines (`INDEX_COLUMNS`) under some keys, and the batches that hold them.

        Newest batches first, until every key is found: look-ups ask about what was sent lately.

        Args:
            wanted: the keys, as `posting_key`.
        """
        parts, batches, missing = [pl.DataFrame(schema=INDEX_COLUMNS)], [], wanted
        for batch in reversed(self.batches()):
            if missing.is_empty():
                break
            held = self._held(batch, missing)
            if held.height:
                parts.append(held)
                batches.append(batch)
                missing = missing.join(held, on="posting_key", how="anti")
        return pl.concat(parts), batches

    def _held(self, batch: str, keys: pl.DataFrame) -> pl.DataFrame:
        """The lines of a batch under some keys.

        An index never changes: its first and last key are remembered, and it is read again only
        where one of the keys may be in it.
        """
        if batch in self._spans:
            first, last = self._spans[batch]
            if not keys["posting_key"].is_between(pl.lit(first), pl.lit(last)).any():
                return pl.DataFrame(schema=INDEX_COLUMNS)
        index = self.read(batch)
        named = index["posting_key"].drop_nulls()
        if named.len():
            self._spans[batch] = str(named.min()), str(named.max())
        return index.join(keys, on="posting_key", how="semi")


def _number_of(index_name: str) -> int:
    """The number at the end of a batch's id; 0 for a file that somebody else put there."""
    found = re.search(r"(\d+)$", index_name.removesuffix(INDEX_SUFFIX))
    return int(found[1]) if found else 0
