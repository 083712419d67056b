"""`tieout demo`: one month of the sample firm, closed from nothing."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, run_job, sandbox_running
from tieout.cli.summary import print_summary
from tieout.config import Home
from tieout.domain.errors import EXIT_HELD


@click.command(
    help="Close one month of the sample firm: writes the firm, starts its systems, runs the month,"
    " prints the tie-out and names the report. Ends with 0 if every identity ties, even though the"
    " firm's planted faults are held back on purpose."
)
def command() -> None:
    """Run the sample firm's month."""
    firm = load_current_firm()
    write_environment(Home())
    with sandbox_running(firm):
        code = run_job("close_month", firm)
    if code <= EXIT_HELD:
        code = print_summary(firm, None)
        click.echo("\nnext: tieout run           (again: nothing is planned, nothing is posted)")
        click.echo("      tieout exceptions    (what waits for a person)")
        click.echo("      dagster dev -w workspace.yaml")
    sys.exit(code)


def write_environment(home: Home) -> None:
    """A `.env` beside workspace.yaml, so that `dagster dev` opens the same state."""
    from pathlib import Path  # noqa: PLC0415 - used here only

    if Path("workspace.yaml").is_file() and not Path(".env").exists():
        Path(".env").write_text(
            f"DAGSTER_HOME={home.dagster}\nTIEOUT_HOME={home.path}\n", encoding="utf-8"
        )
