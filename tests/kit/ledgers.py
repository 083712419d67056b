"""An empty posting ledger by file copy: its revisions run once in a process, not once in a test.

Not here: what the revisions do (`tests/unit/posting_core/test_migrations.py`).
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tieout.posting.ledger import Ledger


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        Ledger.at(path).close()
        return path.read_bytes()


def lay_empty_ledger(path: Path) -> None:
    """Put a ledger without batches at `path`; one that stands there stays.

    For one process: of several that start together, one could write over what another began.
    """
    if not path.exists():
        path.write_bytes(_empty())
