"""`tieout publish`: the immutable copy of the marts."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, run_job


@click.command(
    help="Publish the marts as they are built now; readers keep the release they opened."
)
def command() -> None:
    """Run the publish job."""
    sys.exit(run_job("publish", load_current_firm(), post=False))
