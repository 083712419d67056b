"""`tieout reconcile`: all models as of a cut-off, and the tie-out."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, period_options, run_job
from tieout.cli.summary import print_summary
from tieout.domain.errors import EXIT_HELD


@click.command(help="Build all models from what is landed and print the tie-out; posts nothing.")
@period_options
def command(period: str | None, as_of: str | None) -> None:
    """Run the reconcile job, then print the tie-out."""
    firm = load_current_firm()
    code = run_job("reconcile", firm, period, as_of, post=False)
    if code <= EXIT_HELD:
        code = max(code, print_summary(firm, period))
    sys.exit(code)
