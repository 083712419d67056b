"""`tieout post`: post what is missing, or show what would be posted."""

from __future__ import annotations

import sys

import click

from tieout.cli.launch import load_current_firm, period_options, run_job


@click.command(
    help="Post what is missing in the ERPs, from the models as they are built now.\n\n"
    "--plan runs the gate and prints what would be posted; nothing is sealed or sent."
)
@period_options
@click.option("--plan", is_flag=True, help="Dry run: show the plan, change nothing.")
@click.option("--target", "targets", multiple=True, help="Only this target; may be repeated.")
def command(period: str | None, as_of: str | None, plan: bool, targets: tuple[str, ...]) -> None:
    """Run the posting job."""
    extra = tuple(part for target in targets for part in ("--target", target))
    if plan:
        extra += ("--plan",)
    sys.exit(run_job("post", load_current_firm(), period, as_of, extra=extra))
