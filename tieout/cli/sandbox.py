"""`tieout sandbox`: the sample firm's systems on this machine."""

from __future__ import annotations

import sys

import click

from tieout.config import Home
from tieout.domain.errors import EXIT_UNREACHABLE


@click.group(help="Start, stop and inspect the sandbox systems of the sample firm.")
def command() -> None:
    """Verbs of the sandbox."""


@command.command(help="Start the five emulated systems and the Tryton server in the background.")
@click.option("--seed", type=int, default=None, help="Seed of a new sample firm.")
@click.option("--size", default=None, help="quick, small, medium, large, or a number of workers.")
@click.option("--months", type=int, default=None, help="Months of history of a new sample firm.")
def start(seed: int | None, size: str | None, months: int | None) -> None:
    """Start and say where each system answers."""
    from tieout.sandbox import supervisor  # noqa: PLC0415 - imports servers

    home = Home()
    supervisor.ensure_firm(home, seed=seed, size=size, months=months)
    supervisor.start(home)
    _tell(home)


@command.command(help="Stop the sandbox systems; their state is kept.")
def stop() -> None:
    """Stop by process id."""
    from tieout.sandbox import supervisor  # noqa: PLC0415 - imports servers

    supervisor.stop(Home())
    click.echo("stopped")


@command.command(help="Say which systems run, and where.")
def status() -> None:
    """Exit code 3 when they do not all answer."""
    sys.exit(0 if _tell(Home()) else EXIT_UNREACHABLE)


def _tell(home: Home) -> bool:
    from tieout.sandbox import supervisor  # noqa: PLC0415 - imports servers

    found = supervisor.status(home)
    for system, url in found.urls.items():
        click.echo(f"{system}\t{url}\t{'up' if found.answers.get(system) else 'down'}")
    return found.running
