"""Start a job of the asset graph in a child process: the same run the UI would start.

The child is `python -m assets.launch`; it shares this terminal, so progress and errors appear
here. Sandbox systems that a sample firm needs are started before and stopped after, if they were
not running.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from tieout.config import Firm, Home, load_firm
from tieout.config.calendars import Calendar, closing_month
from tieout.domain.clock import now, parse_as_of
from tieout.domain.errors import EXIT_HELD
from tieout.domain.period import Period

STOPPED = 11
"""The launcher's code for: exit 1, but nothing new was published."""


def firm_folder() -> str:
    """The firm folder of this call: TIEOUT_FIRM, else the sample firm, written if missing."""
    named = os.environ.get("TIEOUT_FIRM")
    if named:
        return named
    home = Home()
    if not (home.sample_firm / "firm.yml").is_file():
        from tieout.sandbox import supervisor  # noqa: PLC0415 - only the sample firm needs it

        supervisor.ensure_firm(home)
    return str(home.sample_firm)


def load_current_firm() -> Firm:
    """The firm of this call, validated; its folder is passed on to child processes."""
    folder = firm_folder()
    firm = load_firm(folder)
    os.environ["TIEOUT_FIRM"] = str(firm.folder)
    return firm


@contextmanager
def sandbox_running(firm: Firm) -> Iterator[None]:
    """Make sure a sandbox firm's systems answer; stop them if they were started here."""
    if firm.sandbox is None:
        yield
        return
    from tieout.sandbox import supervisor  # noqa: PLC0415 - only the sample firm needs it

    home = Home()
    started_here = not supervisor.status(home).running
    if started_here:
        click.echo("starting the sandbox systems", err=True)
        supervisor.start(home)
    try:
        yield
    finally:
        if started_here:
            supervisor.stop(home)


def default_period(firm: Firm) -> Period:
    """The month before the firm's clock."""
    pinned = firm.sandbox.now if firm.sandbox and "TIEOUT_NOW" not in os.environ else now()
    return Period.of(pinned.date()).previous()


def months_of(firm: Firm, period: str | None) -> tuple[Period, Period]:
    """First and last month of a `--period`; a 4-4-5 period is closed with the month it ends in."""
    first, _, last = (period or default_period(firm).id).partition("..")
    calendars: list[Calendar] = [entity.calendar for entity in firm.entities]
    return closing_month(first, calendars), closing_month(last or first, calendars)


def run_job(
    job: str,
    firm: Firm,
    period: str | None = None,
    as_of: str | None = None,
    *,
    post: bool = True,
    extra: tuple[str, ...] = (),
) -> int:
    """Run a job and return the exit code of the contract.

    Args:
        job: name of the job in `assets.jobs`.
        firm: the validated firm.
        period: `2026-06`, or `2026-04..2026-06` for several months in one run; `2026-P06` is the
            month in which that period of a 4-4-5 calendar ends.
        as_of: cut-off K; None means the run's instant.
        post: False leaves the ERPs alone.
        extra: further arguments of the launcher.
    """
    first, last = months_of(firm, period)
    command = [
        sys.executable, "-m", "assets.launch", job, "--from", first.id, "--to", last.id, *extra,
    ]  # fmt: skip
    if as_of:
        parse_as_of(as_of)
        command += ["--as-of", as_of]
    if not post:
        command.append("--no-post")
    home = Home()
    environment = {
        **os.environ,
        "TIEOUT_HOME": str(home.path),
        "DAGSTER_HOME": str(home.dagster),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
    }
    with sandbox_running(firm):
        code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    if code == STOPPED:
        click.echo("the run stopped there; what was published before is unchanged", err=True)
        sys.exit(EXIT_HELD)
    return code


def period_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--period` and `--as-of`, the same on every verb."""
    function = click.option(
        "--as-of", metavar="TS", help="Cut-off K, UTC; a bare date means the end of that day."
    )(function)
    return click.option(
        "--period",
        metavar="YYYY-MM",
        help="Month to close (default the last), or a 4-4-5 period, 2026-P06; A..B for more.",
    )(function)
