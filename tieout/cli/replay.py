"""`tieout replay`: finish what an earlier run left open, or plan again what it could not post."""

from __future__ import annotations

import sys
from collections import Counter

import click

from tieout.cli.asking import actor_option, confirm, yes_option
from tieout.cli.launch import load_current_firm, months_of, run_job
from tieout.cli.ledgers import open_ledger, run_instant
from tieout.config import Home
from tieout.domain.period import months_between
from tieout.posting.audit import Act
from tieout.posting.oversight import find_batch
from tieout.posting.waiting import Wanted, waiting_lines


@click.command(
    help="Resolve lines in doubt by look-up in the ERP, never by blind resend, and finish open"
    " batches. No new line is planned.\n\n"
    "With a reason, lines that wait for a person are planned again, once their cause is mended:"
    " --rejected those that the ERP refused (or that were given up), --dead only those given up,"
    " neither of them: all of the --batch or --period, with those made void. What they are is shown"
    " first; who asked and why is kept in the ledger.\n\n"
    "Examples: tieout replay --batch netsuite-2026-06-US01-time-000001\n\n"
    '          tieout replay --dead --period 2026-06 --reason "NetSuite answers again" --yes'
)
@click.option("--target", "targets", multiple=True, help="Only this target; may be repeated.")
@click.option("--batch", default="", help="Only this batch and its lines.")
@click.option("--period", metavar="YYYY-MM", help="Only this work period; A..B for more.")
@click.option("--rejected", is_flag=True, help="Plan refused lines (and dead ones) again.")
@click.option("--dead", is_flag=True, help="Plan lines again that were given up.")
@click.option("--reason", default="", metavar="TEXT", help="Why lines are tried again.")
@actor_option
@yes_option
def command(
    targets: tuple[str, ...],
    batch: str,
    period: str | None,
    *,
    rejected: bool,
    dead: bool,
    reason: str,
    actor: str,
    yes: bool,
) -> None:
    """Run the posting job without new candidates, or with the ones that are let go."""
    if (rejected or dead) and not reason:
        raise click.UsageError("--rejected and --dead need --reason: it is kept in the ledger")
    if reason and not (rejected or dead or batch or period):
        raise click.UsageError("--reason needs --rejected, --dead, --batch or --period")
    firm = load_current_firm()
    months: frozenset[str] = frozenset()
    extra = tuple(part for target in targets for part in ("--target", target))
    if batch:
        with open_ledger(Home()) as ledger:
            found = find_batch(ledger, batch)
        period = period or found.period_id
        extra = ("--batch", batch, "--target", found.target)
    elif period:
        first, last = months_of(firm, period)
        months = frozenset(month.id for month in months_between(first, last))
        extra += ("--first-period", first.id)
    extra += ("--replay", *(("--actor", actor) if actor else ()))
    if reason:
        states = ("rejected", "dead") if rejected else ("dead",) if dead else ()
        states = states or ("rejected", "dead", "void")
        Act.of(actor, reason, run_instant())  # refuse a bad name or reason before anything runs
        confirm(_preview([Wanted(t, states, batch, months) for t in targets or ("",)]), yes=yes)
        extra += ("--release", reason, *(part for s in states for part in ("--state", s)))
    sys.exit(run_job("post", firm, period, extra=extra))


def _preview(wanted: list[Wanted]) -> str:
    """What would be planned again, per target, state and reason."""
    counted: Counter[tuple[str, str, str]] = Counter()
    with open_ledger(Home()) as ledger:
        for each in wanted:
            lines = waiting_lines(ledger, each).select("target", "state", "reason_code", "batch_id")
            counted.update(
                (target, f"{state} {reason or ''}".strip(), batch_id)
                for target, state, reason, batch_id in lines.iter_rows()
            )
    told = [
        f"{target}: {count} lines that are {what} would be planned again (of {batch_id})"
        for (target, what, batch_id), count in sorted(counted.items())
    ]
    told.append(
        "those that are candidates no more are not planned; the gate looks at all others"
        if told
        else "no line waits for a person there; open batches are finished all the same"
    )
    return "\n".join(told)
