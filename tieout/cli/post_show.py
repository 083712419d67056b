"""`tieout post show` and `tieout post audit`: the ledger's batches, lines and journal.

Here: printing. Not here: the rows (`tieout.posting.showing`, `tieout.posting.audit`). They come
from the ledger itself, so they are as of now, not of the last published release.
"""

from __future__ import annotations

import json
from typing import Any

import click

from tieout.cli.formats import FORMATS, format_option
from tieout.cli.ledgers import open_ledger
from tieout.config import Home
from tieout.posting.audit import journal
from tieout.posting.showing import Chosen, batch_details, batch_rows, line_rows, member_rows


@click.command(
    help="List the posting batches, or show one BATCH with its files and lines.\n\n"
    "Per batch: state, control totals, states of its lines, whether it waits for a release, who"
    " planned it, when, and the SHA-256 of its manifest. Below the lines of a BATCH: the entries"
    " of those for several. With --format csv a BATCH gives its lines, with json all."
)
@click.argument("batch", required=False)
@click.option("--target", default="", help="Only batches to this ERP.")
@click.option("--period", default="", metavar="YYYY-MM", help="Only batches of this work period.")
@click.option("--state", default="", help="Only batches in this state, as sealed or sending.")
@format_option
def show(batch: str | None, target: str, period: str, state: str, form: str) -> None:
    """Print batches, or one batch."""
    home = Home()
    with open_ledger(home) as ledger:
        if batch is None:
            FORMATS[form](batch_rows(ledger, Chosen(target, period, state)))
            return
        details, lines = batch_details(ledger, home.outbox, batch), line_rows(ledger, batch)
        members = member_rows(ledger, batch)
    if form == "json":
        told = details | {"content": lines} | ({"entries": members} if members else {})
        click.echo(json.dumps(told, default=str, indent=2))
        return
    if form == "table":
        _print_details(details)
    FORMATS[form](lines)
    if form == "table" and members:
        click.echo("lines of several entries stand for")
        FORMATS[form](members)


@click.command(
    help="Show the journal: who released, voided, reversed, replayed or posted what, when and why."
    "\n\nEvery row holds the SHA-256 of the row before it; tieout doctor checks the chain."
)
@click.option("--subject", default="", help="Only rows about this batch, key or target.")
@format_option
def audit(subject: str, form: str) -> None:
    """Print the journal, oldest row first."""
    with open_ledger(Home()) as ledger:
        rows = journal(ledger)
    FORMATS[form]([
        {
            "at": row.at.isoformat(), "recorded_at": row.recorded_at.isoformat(),
            "actor": row.actor, "login": row.login, "verb": row.verb, "subject": row.subject,
            "reason": row.reason, "details": json.dumps(row.details), "sha256": row.sha256,
        }
        for row in rows
        if subject in row.subject
    ])  # fmt: skip


def _print_details(details: dict[str, Any]) -> None:
    """The facts of a batch, one a line; lists and files below their name."""
    width = max(len(name) for name in details)
    for name, value in details.items():
        if isinstance(value, dict):
            value = [f"{file}  {sha}" for file, sha in value.items()]  # noqa: PLW2901
        shown = value if isinstance(value, list) else [value]
        for text in shown:
            if text not in (None, ""):
                click.echo(f"{name:<{width}}  {text}")
    click.echo()
