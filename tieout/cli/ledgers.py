"""The posting ledger at a prompt: opening it, and the instant that is written into it.

Here: what every verb on the ledger shares. Not here: the verbs (`tieout.cli.post`,
`tieout.cli.replay`, `tieout.cli.trace`, `tieout.cli.doctor`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from tieout.cli.launch import load_current_firm
from tieout.config import Home
from tieout.domain.clock import now
from tieout.domain.errors import ConfigError
from tieout.posting.ledger import Ledger

LEDGER_VARIABLE = "TIEOUT_LEDGER_URL"


def ledger_exists(home: Home) -> bool:
    """Whether there is a ledger to read: looking at one must not make one."""
    return bool(os.environ.get(LEDGER_VARIABLE)) or home.ledger.is_file()


@contextmanager
def open_ledger(home: Home) -> Iterator[Ledger]:
    """The ledger of the home, or the one that TIEOUT_LEDGER_URL names.

    Raises:
        ConfigError: Nothing was ever posted from this home.
    """
    if not ledger_exists(home):
        raise ConfigError(
            f"there is no posting ledger in {home.ledger.parent}",
            fix="tieout post makes it; or name the state folder with --home",
        )
    ledger = Ledger.at(home.ledger, url=os.environ.get(LEDGER_VARIABLE))
    try:
        yield ledger
    finally:
        ledger.close()


def run_instant() -> datetime:
    """The instant of this call: TIEOUT_NOW, the sample firm's clock, or the real time (UTC)."""
    if "TIEOUT_NOW" in os.environ:
        return now()
    home = Home()
    if "TIEOUT_FIRM" not in os.environ and not (home.sample_firm / "firm.yml").is_file():
        return now()
    sandbox = load_current_firm().sandbox
    pinned = sandbox.now if sandbox else now()
    return pinned if pinned.tzinfo else pinned.replace(tzinfo=UTC)
