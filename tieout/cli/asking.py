"""Asking a person before something that cannot be taken back, and who that person is.

Here: the options `--actor`, `--reason` and `--yes`, and the question. Not here: what would happen,
which every verb says itself before it asks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from tieout.domain.errors import ConfigError


def actor_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--actor`: who acts."""
    return click.option(
        "--actor", default="", metavar="NAME",
        help="Who does it (TIEOUT_ACTOR; default the login); kept in the ledger.",
    )(function)  # fmt: skip


def yes_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--yes`: do not ask."""
    return click.option("--yes", is_flag=True, help="Do it without the question.")(function)


def decision_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--reason`, `--actor`, `--yes` and `--dry-run`, the same on every decision."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing."),
        yes_option,
        actor_option,
        click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the ledger."),
    ):
        function = option(function)
    return function


def is_terminal() -> bool:
    """Whether somebody can be asked: both ends are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(preview: str, *, yes: bool) -> None:
    """Show what would happen on standard error, and go on only when told to.

    Raises:
        ConfigError: Nobody can be asked and `--yes` was not given; nothing was changed.
        click.Abort: The answer was no.
    """
    click.echo(preview, err=True)
    if yes:
        return
    if not is_terminal():
        raise ConfigError(
            "this is not done without a question, and there is no terminal to ask it on",
            fix="look at what it says above, then add --yes",
        )
    click.confirm("do it?", abort=True, err=True)
