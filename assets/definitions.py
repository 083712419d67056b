"""The code location: `build_defs()` puts the graph together; `defs` is what Dagster loads.

`build_defs(resource_overrides=...)` lets tests swap resources. Nothing is contacted and nothing is
written here, except the parsed dbt manifest.
"""

import os
from collections.abc import Mapping
from typing import Any

import dagster as dg

from assets.close import close_statement, published_analytics
from assets.gates import gate_checks
from assets.jobs import jobs, schedules
from assets.models import dbt_resource, model_assets
from assets.postings import posting_assets
from assets.raw import landed_assets, raw_assets, source_assets
from assets.readback import readback_assets
from assets.session import CloseSession

os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
os.environ.setdefault("DO_NOT_TRACK", "1")


def build_defs(resource_overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """All definitions, with resources replaced where asked."""
    return dg.Definitions(
        assets=[
            *source_assets(),
            *raw_assets(),
            landed_assets(),
            *model_assets(),
            *posting_assets(),
            *readback_assets(),
            published_analytics,
            close_statement,
        ],
        asset_checks=gate_checks(),
        jobs=jobs(),
        schedules=schedules(),
        resources={
            "session": CloseSession(),
            "dbt": dbt_resource(),
            **(resource_overrides or {}),
        },
    )


defs = build_defs()
