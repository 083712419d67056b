"""`tieout close`: the close statement of a period."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, period_options, run_job
from tieout.cli.summary import report_path


@click.command(help="Write the close statement of a period from the models as they are built now.")
@period_options
def command(period: str | None, as_of: str | None) -> None:
    """Run the statement job and name the file."""
    firm = load_current_firm()
    code = run_job("statement", firm, period, as_of, post=False)
    path = report_path(firm, period)
    if path:
        click.echo(path)
    sys.exit(code)
