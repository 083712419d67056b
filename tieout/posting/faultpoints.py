"""Named places where a test may kill the process.

Here: `reach(name)`, which does nothing unless the environment says so. Not here: the tests that
use it (`tests/nasty`). Setting TIEOUT_FAULT_POINT=name kills the process with SIGKILL the first
time that point is reached, `name:3` the third time: no handler runs, nothing is flushed, exactly
as when the machine stops.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from functools import cache

VARIABLE = "TIEOUT_FAULT_POINT"

POINTS: tuple[str, ...] = (
    "before_plan",
    "after_plan",
    "after_seal_files",
    "after_seal_rename",
    "after_seal_recorded",
    "after_look_up",
    "after_mark_sending",
    "after_send_before_ack",
    "after_ack_recorded",
    "after_batch_finished",
    "before_resolve",
    "after_resolve_look_up",
    "after_resolve_recorded",
    "after_proof_look_up",
    "after_proof_recorded",
)

observer: Callable[[str], None] | None = None
"""Set by tests that simulate a crash inside the process (by raising) or list the points."""

_reached: Counter[str] = Counter()


def reach(name: str) -> None:
    """Pass the fault point `name`.

    Raises:
        ValueError: The name is not one of `POINTS`.
    """
    if name not in POINTS:
        raise ValueError(f"{name} is not a fault point")
    if observer is not None:
        observer(name)
    point, nth = _wanted()
    if point != name:
        return
    _reached[name] += 1
    if _reached[name] == nth:
        os.kill(os.getpid(), signal.SIGKILL)


@cache
def _wanted() -> tuple[str | None, int]:
    """The point at which this process is to die and the how-manieth time, read once."""
    point, _, nth = os.environ.get(VARIABLE, "").partition(":")
    return point or None, int(nth or "1")
