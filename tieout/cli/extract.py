"""`tieout extract`: read the source systems."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, run_job


@click.command(help="Read the source systems into the warehouse; nothing is posted.")
@click.option("--system", "systems", multiple=True, help="Only this system id; may be repeated.")
def command(systems: tuple[str, ...]) -> None:
    """Run the extract job."""
    extra = tuple(part for system in systems for part in ("--system", system))
    sys.exit(run_job("extract", load_current_firm(), extra=extra))
