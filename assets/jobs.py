"""Jobs and the schedule. One executor, in process: the warehouse has one writer anyway."""

from typing import Any

import dagster as dg

from assets import keys
from assets.graph import graph_systems, tables_of
from assets.operations import instruct_ledger
from assets.postings import target_systems
from assets.readback import LEDGER_ASSETS

RUN_TAGS = {"dagster/max_retries": "0"}
"""A posting step is never retried by the orchestrator: the next run resolves what is open."""


def _job(name: str, selection: dg.AssetSelection, description: str) -> Any:
    return dg.define_asset_job(
        name,
        selection=selection,
        description=description,
        tags=RUN_TAGS,
        executor_def=dg.in_process_executor,
    )


def _raw() -> dg.AssetSelection:
    selected = [keys.raw_key(s.id, table) for s in graph_systems() for table in tables_of(s.vendor)]
    return dg.AssetSelection.assets(*selected)


def jobs() -> list[Any]:
    """Every job; the command line's verbs run these."""
    landed = dg.AssetSelection.groups("landed", "ops")
    ledger = dg.AssetSelection.assets(*[keys.ops_key(table) for table in LEDGER_ASSETS])
    before = dg.AssetSelection.groups("staging", "intermediate", "canonical", "posting")
    after = dg.AssetSelection.groups("reconciliation", "close", "kpi") - dg.AssetSelection.assets(
        keys.STATEMENT
    )
    targets = [s.id for s in target_systems()]
    postings = dg.AssetSelection.assets(*[keys.posting_key(target) for target in targets])
    published = dg.AssetSelection.assets(keys.PUBLISHED)
    statement = dg.AssetSelection.assets(keys.STATEMENT)
    found = [
        _job(
            "close_month",
            dg.AssetSelection.all() - dg.AssetSelection.groups("sources"),
            "Extract, build, gate, post, read back, reconcile, publish, report.",
        ),
        _job("extract", _raw() | landed - ledger, "Read the source systems."),
        _job("build", (landed - ledger) | before, "Build the models from what is landed."),
        _job(
            "reconcile",
            landed | before | after | published | statement,
            "Build all models from what is landed, publish, report. Posts nothing.",
        ),
        _job("publish", published, "Publish the marts as they are built now."),
        _job("statement", statement, "Write the close statement."),
    ]
    if targets:
        found.append(_job("post", postings, "Gate, seal, send, acknowledge, prove."))
        found.append(instruct_ledger)
    return found


def schedules() -> list[dg.ScheduleDefinition]:
    """Every morning the month in progress, and in the first ten days the month before."""

    @dg.schedule(
        job_name="close_month",
        cron_schedule="0 6 * * *",
        name="daily_close",
        description="Each morning at 06:00 UTC: this month; until the 10th also the last.",
    )
    def daily_close(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest]:
        from tieout.domain.period import Period  # noqa: PLC0415 - used here only

        day = context.scheduled_execution_time.date()
        current = Period.of(day)
        last_day_of_both = 10
        due = [current.previous(), current] if day.day <= last_day_of_both else [current]
        return [
            dg.RunRequest(run_key=f"{period.id}:{day.isoformat()}", partition_key=period.id)
            for period in due
        ]

    return [daily_close]
