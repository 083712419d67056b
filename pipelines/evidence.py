"""A compressed copy of every raw page, kept as evidence of what a source answered.

One folder per system and extraction; files are numbered in the order of the pages. Retention is a
matter of deleting old folders.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import zstandard

from tieout.config import Home


class Evidence:
    """Keeps the pages of one extraction of one system."""

    def __init__(self, home: Home, system_id: str, now: datetime) -> None:
        stamp = now.strftime("%Y%m%dT%H%M%S%fZ")
        self.folder: Path = home.evidence / system_id / stamp
        self._pages: dict[str, int] = {}

    def keep(self, table: str, raw: bytes) -> None:
        """Write one page; nothing is written for files, which are their own evidence."""
        if not raw:
            return
        number = self._pages[table] = self._pages.get(table, 0) + 1
        self.folder.mkdir(parents=True, exist_ok=True)
        packed = zstandard.ZstdCompressor(level=3).compress(raw)
        (self.folder / f"{table}-{number:06d}.json.zst").write_bytes(packed)
