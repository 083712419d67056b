"""`tieout replay`: finish what an earlier run left open."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, run_job


@click.command(
    help="Resolve lines in doubt by look-up in the ERP, never by blind resend, and finish open"
    " batches. No new line is planned.\n\n"
    "With --rejected, lines that the ERP refused (or that were given up) are planned again, once"
    " their cause is mended; who asked and why is kept in the ledger."
)
@click.option("--target", "targets", multiple=True, help="Only this target; may be repeated.")
@click.option("--rejected", is_flag=True, help="Plan refused lines again.")
@click.option("--reason", default="", help="Why refused lines are tried again.")
def command(targets: tuple[str, ...], rejected: bool, reason: str) -> None:
    """Run the posting job without new candidates, or with the refused ones released."""
    if rejected and not reason:
        raise click.UsageError("--rejected needs --reason: it is kept in the ledger")
    extra = tuple(part for target in targets for part in ("--target", target))
    extra += ("--release", reason) if rejected else ("--replay",)
    sys.exit(run_job("post", load_current_firm(), extra=extra))
