"""One posting run at a real Tryton as a process, which a test kills whenever it likes.

`python -m tests.simulation.post_to_tryton HOME ADDRESS LINES` loads everything, says `ready`, waits
for a line on its standard input, says `begun` and posts so many lines; login in the environment.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from tests.nasty.posting_kit import SmallFirm, SmallHome, open_gate
from tests.unit.posting_tryton.conftest import line
from tieout.config.firm import System
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.delivery.tryton import create_delivery, open_session
from tieout.posting.ledger import Ledger
from tieout.posting.registry import writer_for
from tieout.posting.run import post_target

TARGET = "tryton_uk"
NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)


def lines(count: int) -> pl.DataFrame:
    """The first so many lines of an endless list."""
    rows = [line(f"kill-{number:05d}") for number in range(count)]
    return pl.DataFrame(rows, schema=POSTING_COLUMNS)


def delivery_to(address: str):
    """The adapter to the Tryton at an address, with the login of the environment."""
    system = System(
        id=TARGET, vendor="tryton", roles=["erp"], base_url=address,
        secrets={"username": "env:TRYTON_USER", "password": "env:TRYTON_PASSWORD"},
    )  # fmt: skip
    return create_delivery(system, open_session(system))


def main(home_folder: str, address: str, count: str) -> int:
    """Post when told to; the exit code is the report's."""
    home, wanted = SmallHome(Path(home_folder)), lines(int(count))
    delivery, writer = delivery_to(address), writer_for("tryton")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if not sys.stdin.readline():
        return 0
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    report = post_target(
        SmallFirm(), TARGET, wanted, Ledger.at(home.ledger), home, delivery, writer, open_gate,
        Period("2026-06"), NOW, SilentProgress(),
    )  # fmt: skip
    sys.stdout.write(f"{report}\n")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
