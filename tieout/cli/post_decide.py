"""`tieout post release|void|reverse`: what a person decides about batches and lines.

Here: preview, question, act, result. Not here: the rules (`tieout.posting.oversight`,
`tieout.posting.interventions`); a run carries the decisions out.
"""

from __future__ import annotations

import click

from tieout.cli.asking import confirm, decision_options
from tieout.cli.ledgers import open_ledger, run_instant
from tieout.config import Home
from tieout.posting.audit import Act
from tieout.posting.instructions import instruct, preview


def _decide(verb: str, subject: str, actor: str, reason: str, *, yes: bool, dry_run: bool) -> None:
    home = Home()
    act = Act.of(actor, reason, run_instant())
    with open_ledger(home) as ledger:
        told = preview(ledger, home, verb, subject, act)
        if dry_run:
            click.echo(told)
            return
        confirm(told, yes=yes)
        click.echo(instruct(ledger, home, verb, subject, act))


@click.command(
    help="Let a sealed batch above policies.release_limit be sent by the next run.\n\n"
    "Only a second person may: not the one who planned the batch. The sealed files are checked"
    " first; the release names their manifest's SHA-256.\n\n"
    'Example: tieout post release netsuite-2026-06-US01-time-000001 --actor grace --reason "June'
    ' reviewed"'
)
@click.argument("batch")
@decision_options
def release(batch: str, actor: str, reason: str, *, yes: bool, dry_run: bool) -> None:
    """Release one batch."""
    _decide("release", batch, actor, reason, yes=yes, dry_run=dry_run)


@click.command(
    help="Make lines void that were never sent: of a BATCH, or under a posting KEY.\n\n"
    "Lines in doubt are looked up by the next run: void when the ERP has nothing under their keys,"
    " acknowledged when it has. Void lines are not planned again until their content changes or"
    " tieout replay lets them go. What is in the ERP is reversed, not voided."
)
@click.argument("subject", metavar="BATCH|KEY")
@decision_options
def void(subject: str, actor: str, reason: str, *, yes: bool, dry_run: bool) -> None:
    """Make a batch or a line void."""
    _decide("void", subject, actor, reason, yes=yes, dry_run=dry_run)


@click.command(
    help="Propose that posted lines be reversed: of a BATCH, or under a posting KEY.\n\n"
    "The proposal is recorded with who and why (table ops.reversal_requests), for planning to"
    " pick up; the reversing lines pass the gate and are posted like all others."
)
@click.argument("subject", metavar="BATCH|KEY")
@decision_options
def reverse(subject: str, actor: str, reason: str, *, yes: bool, dry_run: bool) -> None:
    """Propose the reversal of a batch or a line."""
    _decide("reverse", subject, actor, reason, yes=yes, dry_run=dry_run)
