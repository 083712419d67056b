"""What a run says at its end: the tie-out, what was posted where, what is open, the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from tieout.cli.identities import print_identities, print_rollforwards
from tieout.cli.launch import months_of
from tieout.cli.published import published_rows
from tieout.close.months import closed_with
from tieout.close.sections import figure
from tieout.close.statement import statement_path
from tieout.config import Firm, Home
from tieout.domain.errors import EXIT_DONE, EXIT_HELD
from tieout.domain.period import Period

_COMPONENTS = (
    ("approved", "approved_amount"),
    ("posted", "posted_amount"),
    ("not posted", "approved_not_posted_amount"),
    ("to post", "to_post_amount"),
    ("to reverse", "to_reverse_amount"),
    ("orphan", "orphan_amount"),
    ("duplicate", "duplicate_excess_amount"),
    ("tolerance", "tolerance_amount"),
    ("difference", "difference"),
)

MONTHS_MAX = 600
"""A run covers at most fifty years."""


def report_path(firm: Firm, period: str | None) -> Path | None:
    """The statement of a period, if it was written."""
    path = statement_path(Home(), months_of(firm, period)[1])
    return path if path.is_file() else None


def print_summary(firm: Firm, period: str | None) -> int:
    """Print the tie-out of each of the run's months; 1 if an identity does not tie."""
    month, last = months_of(firm, period)
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    for _ in range(MONTHS_MAX):
        _print_tie_out(console, firm, month)
        if month >= last:
            break
        month = month.next()
    untied = print_identities(console)
    print_rollforwards(console)
    _print_posted(month)
    _print_exceptions()
    if untied:
        click.echo(click.style(f"{untied} identities do not tie", fg="red", bold=True))
    else:
        click.echo(click.style("every identity ties", fg="green"))
    report = report_path(firm, period)
    if report:
        click.echo(f"report: {report}")
    return EXIT_HELD if untied else EXIT_DONE


def _print_tie_out(console: Console, firm: Firm, month: Period) -> None:
    """The tie-out of every period that closes with the month."""
    identities = published_rows(
        "select * from rec_tie_out_identities where identity_id = 'I1'"
        f" and {closed_with('rec_tie_out_identities')} = ?"
        " order by legal_entity_id, accounting_period_id, measure, currency_code",
        [month.id],
    )
    console.print(f"Tie-out {month.id} of {firm.firm.name}", style="bold")
    console.print(_tie_out_table(identities, month))


def _tie_out_table(identities: list[dict[str, Any]], month: Period) -> Table:
    table = Table("entity", "measure", "", *(name for name, _ in _COMPONENTS), "tied")
    for column in table.columns[3:-1]:
        column.justify = "right"
    for row in identities:
        table.add_row(
            " ".join([row["legal_entity_id"], *({row["accounting_period_id"]} - {month.id})]),
            row["measure"],
            "h" if row["measure"] == "hours" else row["currency_code"],
            *(figure(row[column]) for _, column in _COMPONENTS),
            "yes" if row["is_tied"] else "[red bold]NO",
        )
    return table


def _print_posted(month: Period) -> None:
    """What Tieout posted for work up to the month, per ERP and currency, over all runs."""
    found = published_rows(
        "select target, currency_code, sum(acked_count) as line_count, sum(proven_count) as proven,"
        " sum(acked_hours) as hours, sum(acked_amount) as amount from rpt_posted_in_run"
        " where period_id <= ? and acked_count > 0 group by target, currency_code order by 1, 2",
        [month.id],
    )
    for row in found:
        click.echo(
            f"posted by Tieout to {row['target']}: {row['line_count']} lines,"
            f" {figure(row['hours'])} hours, cost {figure(row['amount'])} {row['currency_code']},"
            f" {row['proven']} proven by read-back"
        )


def _print_exceptions() -> None:
    found = published_rows(
        "select count(*) as n, coalesce(sum(amount_at_risk_reporting), 0) as amount"
        " from fct_exceptions where status = 'open'"
    )[0]
    click.echo(f"open exceptions: {found['n']}, at risk {figure(found['amount'])}")
