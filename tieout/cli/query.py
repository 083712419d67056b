"""`tieout query`: SQL on the published marts, as table, CSV or JSON."""

from __future__ import annotations

import sys

import click
import duckdb

from tieout.cli.formats import FORMATS, format_option
from tieout.cli.published import published_rows
from tieout.domain.errors import EXIT_INPUT


@click.command(
    help="Query the published marts, also while a run goes on.\n\n"
    'Example: tieout query "select * from rec_tie_out_identities where not is_tied" --format csv'
)
@click.argument("sql")
@format_option
def command(sql: str, form: str) -> None:
    """Run one query, read-only."""
    try:
        found = published_rows(sql)
    except duckdb.Error as problem:
        click.echo(click.style("error: ", fg="red", bold=True) + str(problem), err=True)
        sys.exit(EXIT_INPUT)
    FORMATS[form](found)
