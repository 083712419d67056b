"""The outbox: one folder per batch, there whole or not at all, never overwritten.

Here: where a batch's folder is, writing it, setting it aside, and the numbers that are in use. Not
here: what is in it (`tieout.posting.seal`).
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from tieout.durable import flush
from tieout.posting import faultpoints
from tieout.posting.ledger_records import StoredBatch

VOID = ".void-"
"""How the name of a folder begins that was set aside; it ends with the nanosecond of that."""


def folder_of(outbox: Path, batch: StoredBatch) -> Path:
    """The folder of a batch, whether it exists or not."""
    return outbox / batch.target / batch.batch_id


def highest_number(outbox: Path) -> int:
    """The highest batch number of any folder, set aside or not; 0 in an empty outbox.

    A ledger that was restored from a copy does not know the batches that came after it; the outbox
    and the ERPs do, by their ids, so their numbers are not given a second time.
    """
    names = (folder.name for folder in outbox.glob("*/*-*"))
    ids = (name.rpartition("-")[0] if name.startswith(VOID) else name for name in names)
    ends = (batch_id.rpartition("-")[2] for batch_id in ids)
    return max((int(end) for end in ends if end.isdecimal()), default=0)


def write_whole(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder that appears under its name complete and on disk.

    What stands under the name is set aside.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".tmp-{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    for name, data in files.items():
        with (draft / name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    flush(draft)
    faultpoints.reach("after_seal_files")
    set_aside(folder)
    draft.rename(folder)
    flush(folder.parent)
    faultpoints.reach("after_seal_rename")


def set_aside(folder: Path) -> None:
    """Hide a folder that no longer counts, keeping its content for whoever asks."""
    if folder.exists():
        folder.rename(folder.with_name(f"{VOID}{folder.name}-{time.time_ns()}"))
