"""`tieout run`: the whole month in one command."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, period_options, run_job
from tieout.cli.summary import print_summary
from tieout.domain.errors import EXIT_HELD


@click.command(
    help="Close a month: extract, build, gate, post, acknowledge, read back, reconcile, report.\n\n"
    "With --as-of in the past nothing is posted. Running it again is always safe."
)
@period_options
@click.option("--no-post", is_flag=True, help="Reconcile only; send nothing to the ERPs.")
def command(period: str | None, as_of: str | None, no_post: bool) -> None:
    """Run the close job, then print what it found."""
    firm = load_current_firm()
    code = run_job("close_month", firm, period, as_of, post=not no_post)
    if code <= EXIT_HELD:
        code = max(code, print_summary(firm, period))
    sys.exit(code)
