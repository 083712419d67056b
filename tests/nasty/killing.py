"""Killing real processes with SIGKILL at chosen moments, for tests of recovery.

`MOMENTS` are ten places spread over one posting step, from before anything is planned to after
everything is proven. `run_until_killed` starts a command that dies there; any command that posts
can be given (the command line, a job, a script).
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tieout.posting.faultpoints import POINTS, VARIABLE

MOMENTS: tuple[str, ...] = (
    "before_plan",
    "after_plan",
    "after_seal_files",
    "after_seal_rename",
    "after_seal_recorded",
    "after_mark_sending",
    "after_send_before_ack",
    "after_send_before_ack:3",
    "after_ack_recorded",
    "after_proof_look_up",
)

assert {moment.partition(":")[0] for moment in MOMENTS} <= set(POINTS)


def run_until_killed(
    command: Sequence[str], moment: str, env: Mapping[str, str] | None = None, timeout: float = 300
) -> None:
    """Run a command that kills itself at `moment`; fail if it ended in any other way.

    Args:
        command: Program and arguments.
        moment: `name` or `name:n` of a fault point.
        env: Further environment variables.
        timeout: Seconds after which the command is ended and the test fails.
    """
    done = run(command, {**(env or {}), VARIABLE: moment}, timeout)
    assert done.returncode == -signal.SIGKILL, (
        f"{moment}: ended with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    )


def run(
    command: Sequence[str], env: Mapping[str, str] | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and return what it said."""
    return subprocess.run(
        list(command),
        env={**os.environ, **(env or {})},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
