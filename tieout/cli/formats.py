"""Rows as a table, CSV or JSON on standard output: the formats of every verb that lists.

Here: printing. Not here: where the rows come from.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.table import Table


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


Rows = list[dict[str, Any]]

FORMATS: dict[str, Callable[[Rows], None]] = {
    "table": print_table,
    "csv": print_csv,
    "json": print_json,
}

format_option = click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="table", show_default=True,
    help="For people, spreadsheets or programs.",
)  # fmt: skip
