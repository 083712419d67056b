"""`tieout exceptions`: the exception queue."""

from __future__ import annotations

import click

from tieout.cli.published import published_rows
from tieout.cli.query import print_csv, print_json, print_table


@click.command(help="List open exceptions: what is wrong, whose it is, how much is at risk.")
@click.option("--owner", help="Only exceptions of this role.")
@click.option("--reason", help="Only this reason code.")
@click.option("--all", "everything", is_flag=True, help="Closed ones as well.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table")
def command(owner: str | None, reason: str | None, everything: bool, form: str) -> None:
    """Print the queue, largest amount first."""
    found = published_rows(
        "select exception_id, reason_code, stage, entry_id, owner_role, amount_at_risk_reporting,"
        " opened_at, due_at, status from close.fct_exceptions"
        " where (? is null or owner_role = ?) and (? is null or reason_code = ?)"
        " and (? or status = 'open')"
        " order by amount_at_risk_reporting desc nulls last, exception_id",
        [owner, owner, reason, reason, everything],
    )
    {"table": print_table, "csv": print_csv, "json": print_json}[form](found)
