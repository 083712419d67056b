"""One posting step as a process: `python -m tests.nasty.post_once HOME ADDRESS LINES [LEDGER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.nasty.erp_process import ErpDelivery
from tests.nasty.posting_kit import (
    JUNE,
    NOW,
    TARGET,
    CsvWriter,
    SmallFirm,
    SmallHome,
    lines,
    open_gate,
)
from tieout.domain.progress import SilentProgress
from tieout.posting.ledger import Ledger
from tieout.posting.run import post_target


def main(home_folder: str, address: str, count: str, ledger_url: str | None = None) -> int:
    """Post so many lines; the exit code is the report's."""
    home = SmallHome(Path(home_folder))
    report = post_target(
        SmallFirm(), TARGET, lines(int(count)), Ledger.at(home.ledger, ledger_url), home,
        ErpDelivery(address), CsvWriter(), open_gate, JUNE, NOW, SilentProgress(),
    )  # fmt: skip
    sys.stdout.write(f"{report}\n")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
