"""`tieout replay`: finish what an earlier run left open."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, run_job


@click.command(
    help="Resolve lines in doubt by look-up in the ERP, never by blind resend, and finish open"
    " batches. No new line is planned."
)
@click.option("--target", "targets", multiple=True, help="Only this target; may be repeated.")
def command(targets: tuple[str, ...]) -> None:
    """Run the posting job without new candidates."""
    extra = tuple(part for target in targets for part in ("--target", target))
    sys.exit(run_job("post", load_current_firm(), extra=(*extra, "--replay")))
