"""Making what was written outlive the machine's power.

Here: flushing a file or folder that is there. Not here: writing it whole, which each room does in
its own way.
"""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Make a file's content, or the names in a folder, durable.

    Raises:
        OSError: It is not there, or its disk does not answer.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
