"""`tieout build`: the models up to the posting candidates."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, period_options, run_job


@click.command(help="Build staging, canonical and posting models from what is landed.")
@period_options
def command(period: str | None, as_of: str | None) -> None:
    """Run the build job."""
    sys.exit(run_job("build", load_current_firm(), period, as_of, post=False))
