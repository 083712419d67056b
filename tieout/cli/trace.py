"""`tieout trace`: one entry from submission to invoice, and what the ledger did with it.

Here: printing both. Not here: the published trace (`fct_transaction_trace`) and the ledger's
events (`tieout.posting.history`), which are as of now.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from tieout.cli.ledgers import ledger_exists, open_ledger
from tieout.cli.published import NothingPublished, published_rows
from tieout.config import Home
from tieout.domain.errors import EXIT_INPUT
from tieout.domain.keys import GROUP, entry_id, parse_posting_key
from tieout.posting.history import Event, history, keys_of_entry


@click.command(
    help="Show every id, state, file, request and answer of one entry, from submission to invoice."
    "\n\nENTRY is an entry id (harvest_us:636709355), a posting key, a source record id or a"
    " correlation id. First what the published marts know, then what the posting ledger did, move"
    " by move: plan, sealed files with their SHA-256, releases, hand-over, the ERP's answers and"
    " ids, read-back, and what people asked for."
)
@click.argument("entry")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(entry: str, form: str) -> None:
    """Print the published trace and the ledger's events."""
    found = _published(entry)
    events = _events(entry, found)
    if not found and not events:
        click.echo(f"no entry {entry} in the published marts or the posting ledger", err=True)
        sys.exit(EXIT_INPUT)
    if form == "json":
        told = {"published": found, "ledger": [asdict(event) for event in events]}
        click.echo(json.dumps(told, default=str, indent=2))
        return
    for row in found:
        width = max(len(name) for name in row)
        for name, value in row.items():
            if value is not None:
                click.echo(f"{name:<{width}}  {value}")
        click.echo()
    _print_events(events)


def _published(entry: str) -> list[dict[str, Any]]:
    try:
        return published_rows(
            "select * from close.fct_transaction_trace where entry_id = ? or source_record_id = ?"
            " or posting_key = ? or correlation_id = ?",
            [entry] * 4,
        )
    except NothingPublished:
        return []


def _events(entry: str, found: list[dict[str, Any]]) -> list[Event]:
    """The ledger's events of the entries that were found, or of what was asked for itself."""
    home = Home()
    if not ledger_exists(home):
        return []
    parsed = parse_posting_key(entry)
    asked = [entry_id(parsed.source_system, parsed.source_record_id)] if parsed else [entry]
    if parsed is None or parsed.source_system != GROUP:
        asked = sorted({str(row["entry_id"]) for row in found}) or asked
    with open_ledger(home) as ledger:
        keys = sorted({key for each in asked for key in keys_of_entry(ledger, each)})
        return history(ledger, home.outbox, keys)


def _print_events(events: list[Event]) -> None:
    key = ""
    for event in sorted(events, key=lambda each: each.posting_key):
        if event.posting_key != key:
            key = event.posting_key
            click.echo(click.style(f"posting ledger, {key}", bold=True))
        click.echo(f"  {event.at}  {event.batch_id}  {event.event}  {event.detail}".rstrip())
