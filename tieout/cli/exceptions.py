"""`tieout exceptions`: the queue of `tieout.review.queue`, read from the published marts."""

from __future__ import annotations

import click

from tieout.cli.formats import FORMATS, format_option
from tieout.cli.published import connect
from tieout.review.queue import Filter, read_queue, totals_by_owner


@click.command(help="List open exceptions: what is wrong, whose it is, how much is at risk.")
@click.option("--owner", help="Only exceptions of this role.")
@click.option("--reason", help="Only this reason code.")
@click.option("--entry", help="Only exceptions of this entry id.")
@click.option("--all", "everything", is_flag=True, help="Closed ones as well.")
@click.option("--totals", is_flag=True, help="Counts and amounts per owner and reason.")
@format_option
def command(
    owner: str | None,
    reason: str | None,
    entry: str | None,
    everything: bool,
    totals: bool,
    form: str,
) -> None:
    """Print the queue, largest amount first."""
    wanted = Filter(owner, reason, entry, None if everything else "open")
    connection = connect()
    try:
        queue = read_queue(connection, wanted)
    finally:
        connection.close()
    shown = totals_by_owner(queue) if totals else queue
    FORMATS[form](shown.to_dicts())
