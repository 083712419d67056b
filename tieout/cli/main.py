"""The `tieout` command: options every verb shares, and the verbs, imported when called.

Exit codes: 0 done; 1 done, but a gate held something back or an identity does not tie; 2 the input
or configuration is wrong and nothing was changed; 3 a system could not be reached, safe to run
again.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from tieout import __version__
from tieout.domain.errors import TieoutError

VERBS = {
    "demo": "close one month of the sample firm, from nothing",
    "run": "close a month: extract, reconcile, gate, post, read back, report",
    "extract": "read the source systems into the warehouse",
    "build": "build the models up to the posting candidates",
    "reconcile": "build all models as of a cut-off and print the tie-out",
    "post": "post what is missing; plan, show, release, void, reverse",
    "replay": "resolve lines in doubt by look-up; plan again what was refused or given up",
    "close": "write the close statement of a period",
    "exceptions": "list open exceptions",
    "trace": "show one entry from submission to invoice",
    "publish": "publish the marts for analysts",
    "query": "query the published marts",
    "doctor": "check configuration, secrets and systems",
    "sandbox": "start, stop and inspect the sandbox systems",
}


class Verbs(click.Group):
    """Verbs by module name below `tieout.cli`, imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """All verbs, in the order of the work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of one verb."""
        if cmd_name not in VERBS:
            return None
        return importlib.import_module(f"tieout.cli.{cmd_name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=Verbs,
    help="Tie approved time and expenses to what the ERP posted and what clients were billed.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 done, something held back or an identity does not tie;"
    " 2 wrong input or configuration, nothing changed; 3 a system is out of reach, run again.",
)
@click.option("--firm", help="Firm folder (TIEOUT_FIRM; default the sample firm).", metavar="DIR")
@click.option("--home", help="State folder (TIEOUT_HOME; default .tieout).", metavar="DIR")
@click.option("--now", help="The run's instant, UTC (TIEOUT_NOW; default real time).", metavar="TS")
@click.version_option(__version__)
def group(firm: str | None, home: str | None, now: str | None) -> None:
    """Options are passed on by environment, which steps and child processes read."""
    for name, value in (("TIEOUT_FIRM", firm), ("TIEOUT_HOME", home), ("TIEOUT_NOW", now)):
        if value:
            os.environ[name] = value


def main() -> None:
    """Run the command; errors for the operator end with their exit code and no traceback."""
    try:
        # options may stand before or behind the verb
        group.main(args=shared_options_first(sys.argv[1:]), standalone_mode=False)
    except TieoutError as problem:
        click.echo(click.style("error: ", fg="red", bold=True) + str(problem), err=True)
        sys.exit(problem.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; nothing is lost, run the same command again", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def shared_options_first(arguments: list[str]) -> list[str]:
    """Move `--firm`, `--home` and `--now` in front of the verb, wherever they were written."""
    shared = ("--firm", "--home", "--now")
    front: list[str] = []
    rest: list[str] = []
    position = 0
    while position < len(arguments):
        argument = arguments[position]
        if argument in shared and position + 1 < len(arguments):
            front += arguments[position : position + 2]
            position += 2
            continue
        (front if argument.startswith(tuple(f"{name}=" for name in shared)) else rest).append(
            argument
        )
        position += 1
    return front + rest
