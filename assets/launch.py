"""`python -m assets.launch JOB`: run a job in this process, into the installation's instance.

This is what the command line starts, so that a run at a prompt is a run in the UI. The exit code is
that of the contract: 0, 1 when something was held back, or the code of the error that stopped it.
"""

import os
import sys
from typing import Any

import click

from assets.instance import prepare_instance
from tieout.cli.display import terminal_progress, use_progress
from tieout.cli.formats import FORMATS
from tieout.cli.launch import STOPPED
from tieout.config import Home
from tieout.domain.errors import EXIT_HELD

_CAUSES_MAX = 10
TOLD = (
    "held", "rejected", "in_doubt", "waiting", "behind", "stuck", "withdrawn", "dead", "proven",
    "unproven",
)  # fmt: skip
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@click.command(help=__doc__)
@click.argument("job")
@click.option("--from", "first", required=True, help="First period, 2026-06.")
@click.option("--to", "last", required=True, help="Last period, 2026-06.")
@click.option("--as-of", default="", help="Cut-off K.")
@click.option("--no-post", is_flag=True, help="Send nothing.")
@click.option("--plan", is_flag=True, help="Dry run of the posting steps.")
@click.option("--replay", is_flag=True, help="Only finish open batches.")
@click.option("--release", "release_reason", default="", help="Retry refused lines; why.")
@click.option("--state", "release_states", multiple=True, help="Which of them; may be repeated.")
@click.option("--batch", "batch_id", default="", help="Only this batch and its lines.")
@click.option("--first-period", default="", help="Replay only work periods from this one on.")
@click.option("--actor", default="", help="Who posts.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="table")
@click.option("--target", "targets", multiple=True, help="Only these targets.")
@click.option("--system", "systems", multiple=True, help="Only these systems.")
def main(
    job: str,
    first: str,
    last: str,
    as_of: str,
    *,
    no_post: bool,
    plan: bool,
    replay: bool,
    release_reason: str,
    release_states: tuple[str, ...],
    batch_id: str,
    first_period: str,
    actor: str,
    form: str,
    targets: tuple[str, ...],
    systems: tuple[str, ...],
) -> None:
    """Run the job and exit with its code."""
    os.environ.setdefault("DAGSTER_HOME", str(prepare_instance(Home())))
    prepare_instance(Home())
    progress, stop = terminal_progress()
    use_progress(progress)
    try:
        options = {
            "plan_only": plan, "replay_only": replay, "release_reason": release_reason,
            "batch_id": batch_id, "first_period": first_period, "actor": actor,
            **({"release_states": list(release_states)} if release_states else {}),
        }  # fmt: skip
        result = _execute(job, (first, last), as_of, not no_post, options, targets, systems)
    finally:
        stop()
    if plan:
        _show_plan(result, form)
    sys.exit(_exit_code(result, told_on_error=plan))


def _execute(
    job: str,
    periods: tuple[str, str],
    as_of: str,
    post: bool,
    options: dict[str, Any],
    targets: tuple[str, ...],
    systems: tuple[str, ...],
) -> Any:
    import dagster as dg  # noqa: PLC0415 - heavy; not for --help

    from assets import keys  # noqa: PLC0415
    from assets.definitions import defs  # noqa: PLC0415
    from assets.graph import graph_systems, tables_of  # noqa: PLC0415
    from assets.postings import target_systems  # noqa: PLC0415

    definition = defs.resolve_job_def(job)
    wanted = [keys.posting_key(target) for target in targets] + [
        keys.raw_key(s.id, table)
        for s in graph_systems()
        if s.id in systems
        for table in tables_of(s.vendor)
    ]
    steps = {
        f"postings__{target.id}": {"config": options}
        for target in target_systems()
        if f"postings__{target.id}" in definition.graph.node_names()
        and (not wanted or keys.posting_key(target.id) in wanted)
    }
    single = periods[0] == periods[1]
    with dg.DagsterInstance.get() as instance:
        return definition.execute_in_process(
            instance=instance,
            partition_key=periods[0] if single else None,
            tags={} if single else {RANGE_START: periods[0], RANGE_END: periods[1]},
            asset_selection=wanted or None,
            run_config={
                "resources": {"session": {"config": {"as_of": as_of, "post": post}}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                "ops": steps,
            },
            raise_on_error=False,
        )


def _show_plan(result: Any, form: str) -> None:
    """The plan of every target that could say one, on standard output."""
    from assets.postings import PLANS  # noqa: PLC0415 - heavy; not for --help

    FORMATS[form]([row.as_row() for row in PLANS.get(result.run_id, [])])


def _exit_code(result: Any, *, told_on_error: bool = False) -> int:
    """The worst code of the steps; failures are told on standard error.

    A step that failed with the code for "held" stops the run before anything new is published:
    STOPPED tells the command line so.
    """
    codes = [0]
    stopped = False
    told_targets: set[str] = set()  # a run of several months reports a step once per month
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            told = data.user_failure_data
            code = told.metadata["exit_code"].value if told and told.metadata else EXIT_HELD
            text = told.description if told else _cause(data.error)
            click.echo(click.style("error: ", fg="red", bold=True) + str(text).strip(), err=True)
            codes.append(int(code))
            stopped = True
        elif event.is_step_materialization:
            materialization = event.step_materialization_data.materialization
            found = materialization.metadata.get("exit_code")
            codes.append(int(found.value) if found else 0)
            target = materialization.asset_key.to_user_string()
            if target not in told_targets:
                told_targets.add(target)
                _tell_posting(materialization, told_on_error)
    worst = max(codes)
    return STOPPED if stopped and worst == EXIT_HELD else worst


def _cause(error: Any) -> str:
    """The message of the innermost error; the whole trace stands in the run's log."""
    for _ in range(_CAUSES_MAX):
        if error is None or error.cause is None:
            break
        error = error.cause
    return f"{error.message if error else 'the step failed'} (the run in the UI has the trace)"


def _tell_posting(materialization: Any, told_on_error: bool) -> None:
    """One line per target: what this run planned, posted, held and proved."""
    path, figures = materialization.asset_key.path, materialization.metadata
    if path[0] != "postings" or "planned" not in figures:
        return
    posted = int(figures["accepted"].value) + int(figures["already_there"].value)
    told = {name: int(figures[name].value) for name in TOLD}
    rest = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in told.items() if count)
    click.echo(
        f"{path[1]}: {figures['planned'].value} lines planned, {posted} posted"
        + (f", {rest}" if rest else ""),
        err=told_on_error,
    )
    if figures["awaiting_release"].value != "none":
        click.echo(f"waits for a second person: {figures['awaiting_release'].value}", err=True)
        click.echo("  fix: tieout post release BATCH --reason TEXT", err=True)
    if figures["corrections"].value != "none":
        for line in str(figures["corrections"].value).splitlines():
            click.echo(f"  {line}")
    if figures["problems"].value != "none":
        click.echo(click.style(str(figures["problems"].value), fg="red"), err=True)


if __name__ == "__main__":
    main()
