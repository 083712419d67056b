"""`tieout trace`: one entry from submission to invoice."""

from __future__ import annotations

import sys

import click

from tieout.cli.published import published_rows
from tieout.domain.errors import EXIT_INPUT


@click.command(help="Show every id and timestamp of one entry, from submission to invoice.")
@click.argument("entry")
def command(entry: str) -> None:
    """ENTRY is an entry id (harvest_us:636709355), a posting key, or a source record id."""
    found = published_rows(
        "select * from close.fct_transaction_trace where entry_id = ? or source_record_id = ?"
        " or posting_key = ? or correlation_id = ?",
        [entry] * 4,
    )
    if not found:
        click.echo(f"no entry {entry} in the published marts", err=True)
        sys.exit(EXIT_INPUT)
    for row in found:
        width = max(len(name) for name in row)
        for name, value in row.items():
            if value is not None:
                click.echo(f"{name:<{width}}  {value}")
        click.echo()
