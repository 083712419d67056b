"""dbt models as assets, in two steps: what posting needs, and what follows from the read-back."""

import contextlib
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets

from assets.figures import observations
from assets.keys import ModelTranslator
from assets.manifest import PROJECT_DIR, ensure_manifest
from assets.partitions import ONE_RUN, PERIODS
from assets.session import CloseSession, operator_errors, periods_of, progress_of
from tieout.cli.display import progress_from_environment
from tieout.domain.errors import EXIT_HELD, TieoutError

LEDGER_VIEWS = (
    "stg_tieout__posting_lines stg_tieout__posting_batches stg_tieout__posting_batch_states"
    " stg_tieout__gate_findings"
)
"""Staging views over the ledger's export, which exists only after posting."""

BUILD = ("build", "--exclude-resource-type", "unit_test")
MATCH = ("run", "--select", "tag:before_posting,tag:after_posting")


class ModelsFailed(TieoutError):  # noqa: N818 - named for what happened
    """A model or a data test failed; nothing after it was built."""

    exit_code = EXIT_HELD


def dbt_resource() -> DbtCliResource:
    """The dbt command of this environment on the parsed manifest, whatever is on PATH."""
    return DbtCliResource(
        project_dir=str(PROJECT_DIR),
        profiles_dir=str(PROJECT_DIR),
        dbt_executable=str(Path(sys.executable).with_name("tieout-dbt")),
    )


def build_models(
    context: dg.AssetExecutionContext, dbt: DbtCliResource, session: CloseSession
) -> Iterator[Any]:
    """Build this step's models, then tell their figures.

    Raises:
        dagster.Failure: naming the failed nodes.
    """
    yield from _run_dbt(context, session, partial(dbt.cli, list(BUILD), context=context))
    with session.warehouse.reading() as connection:
        found = observations(connection, context.selected_asset_keys, periods_of(context))
    yield from found


def match_again(
    context: dg.AssetExecutionContext, dbt: DbtCliResource, session: CloseSession
) -> None:
    """Build the matching of ERP lines anew: posting reads it, and it reads what was posted since.

    An asset belongs to one step, and these models belong to the first.

    Raises:
        dagster.Failure: naming the failed nodes.
    """
    deque(_run_dbt(context, session, partial(dbt.cli, list(MATCH), manifest=ensure_manifest())), 0)


def _run_dbt(
    context: dg.AssetExecutionContext,
    session: CloseSession,
    start: Callable[..., DbtCliInvocation],
) -> Iterator[Any]:
    """The events of one dbt command under the warehouse lock; dbt opens the file itself."""
    os.environ.update(session.dbt_environment(context.run_id, periods_of(context)[-1]))
    with operator_errors(), session.warehouse.locked():
        invocation = start(raise_on_error=False, target_path=session.home.dbt / "target")
        with progress_of(context).stage(f"dbt {context.op_execution_context.op.name}") as stage:
            for event in _quietly(session, invocation):
                stage.advance()
                yield event
        if not invocation.is_successful():
            raise ModelsFailed(_failures(invocation))


def _quietly(session: CloseSession, invocation: Any) -> Iterator[Any]:
    """The events of a dbt invocation; at a prompt its own chatter goes to a log file."""
    if progress_from_environment() is None:
        yield from invocation.stream()
        return
    log = session.home.dbt / "logs" / "console.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("w", encoding="utf-8") as output, contextlib.redirect_stdout(output):
        yield from invocation.stream()


def _failures(invocation: Any) -> str:
    try:
        results = invocation.get_artifact("run_results.json")["results"]
    except FileNotFoundError:  # dbt stopped before it ran anything
        return f"the models could not be built: {invocation.get_error() or 'see the log of dbt'}"
    bad = [r for r in results if r["status"] in ("error", "fail", "runtime error")]
    lines = [f"  {r['unique_id']}: {(r.get('message') or '').strip()[:400]}" for r in bad]
    return "the models do not hold:\n" + "\n".join(lines[:20])


def model_assets() -> list[dg.AssetsDefinition]:
    """Two steps over one manifest."""
    project = DbtProject(project_dir=PROJECT_DIR, profiles_dir=PROJECT_DIR)
    manifest = ensure_manifest()
    translator = ModelTranslator()

    @dbt_assets(
        manifest=manifest,
        project=project,
        name="models_before_posting",
        select="tag:before_posting",
        exclude=LEDGER_VIEWS,
        partitions_def=PERIODS,
        backfill_policy=ONE_RUN,
        dagster_dbt_translator=translator,
    )
    def models_before_posting(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, session: CloseSession
    ) -> Iterator[Any]:
        yield from build_models(context, dbt, session)

    @dbt_assets(
        manifest=manifest,
        project=project,
        name="models_after_posting",
        select=f"tag:after_posting {LEDGER_VIEWS}",
        exclude="tag:before_posting,tag:after_posting",
        partitions_def=PERIODS,
        backfill_policy=ONE_RUN,
        dagster_dbt_translator=translator,
    )
    def models_after_posting(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, session: CloseSession
    ) -> Iterator[Any]:
        match_again(context, dbt, session)
        yield from build_models(context, dbt, session)

    return [models_before_posting, models_after_posting]
