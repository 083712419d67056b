"""`tieout post`: post what is missing, show the plan, and what a person decides about batches.

Here: posting itself and its plan. Not here: `show` and `audit` (`tieout.cli.post_show`), and
`release`, `void` and `reverse` (`tieout.cli.post_decide`).
"""

from __future__ import annotations

import sys

import click

from tieout.cli.asking import actor_option, confirm, is_terminal, yes_option
from tieout.cli.formats import format_option
from tieout.cli.launch import load_current_firm, period_options, run_job
from tieout.cli.post_decide import release, reverse, void
from tieout.cli.post_show import audit, show
from tieout.domain.errors import EXIT_HELD


@click.group(
    invoke_without_command=True,
    help="Post what is missing in the ERPs, from the models as they are built now.\n\n"
    "--plan runs the gate and prints per target, stream and entity what would be posted, held"
    " (with reasons), withdrawn or wait for a release; nothing is sealed or sent.\n\n"
    "On a terminal the plan is shown and a question asked before anything is sent. Elsewhere"
    " (cron, CI) it posts at once: the gate holds back what is wrong, and a batch above"
    " policies.release_limit waits for a second person (tieout post release).\n\n"
    "Exit codes: 0 done; 1 something is held, refused, in doubt or waits for a release;"
    " 2 wrong input; 3 an ERP is out of reach.",
)
@period_options
@click.option("--plan", is_flag=True, help="Dry run: show the plan, change nothing.")
@click.option("--target", "targets", multiple=True, help="Only this target; may be repeated.")
@format_option
@actor_option
@yes_option
@click.pass_context
def command(
    context: click.Context,
    period: str | None,
    as_of: str | None,
    *,
    plan: bool,
    targets: tuple[str, ...],
    form: str,
    actor: str,
    yes: bool,
) -> None:
    """Run the posting job, unless a verb below `post` follows."""
    if context.invoked_subcommand is not None:
        if plan or targets or yes or actor or period or as_of or form != "table":
            raise click.UsageError("options of `tieout post` go behind the verb that follows it")
        return
    firm = load_current_firm()
    extra = tuple(part for target in targets for part in ("--target", target))
    shown = (*extra, "--plan", "--format", form)
    if plan:
        sys.exit(run_job("post", firm, period, as_of, extra=shown))
    if is_terminal() and not yes:
        code = run_job("post", firm, period, as_of, extra=shown)
        if code > EXIT_HELD:
            sys.exit(code)
        confirm("", yes=False)
    if actor:
        extra += ("--actor", actor)
    sys.exit(run_job("post", firm, period, as_of, extra=extra))


for verb in (show, audit, release, void, reverse):
    command.add_command(verb)
