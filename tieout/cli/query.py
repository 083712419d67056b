"""`tieout query`: SQL on the published marts, as table, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.table import Table

from tieout.cli.published import published_rows
from tieout.domain.errors import EXIT_INPUT


@click.command(
    help="Query the published marts, also while a run goes on.\n\n"
    'Example: tieout query "select * from rec_tie_out_identities where not is_tied" --format csv'
)
@click.argument("sql")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table",
    show_default=True,
)  # fmt: skip
def command(sql: str, form: str) -> None:
    """Run one query, read-only."""
    try:
        found = published_rows(sql)
    except duckdb.Error as problem:
        click.echo(click.style("error: ", fg="red", bold=True) + str(problem), err=True)
        sys.exit(EXIT_INPUT)
    {"table": print_table, "csv": print_csv, "json": print_json}[form](found)


def print_csv(found: list[dict[str, Any]]) -> None:
    """CSV with a header, for pipes."""
    if found:
        writer = csv.DictWriter(sys.stdout, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def print_json(found: list[dict[str, Any]]) -> None:
    """Amounts stay text, so that no reader turns them into floats."""
    click.echo(json.dumps(found, default=str, indent=2))


def print_table(found: list[dict[str, Any]]) -> None:
    """A table for reading; as wide as it needs when piped."""
    if not found:
        click.echo("no rows")
        return
    table = Table(*found[0])
    for row in found:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    console = Console()
    if not console.is_terminal:
        console = Console(width=10_000)
    console.print(table)
