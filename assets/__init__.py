"""Orchestration: one connected asset graph from the source systems to the close statement.

Only Dagster lives here. Bodies are short and call functions that are tested without Dagster:
extraction in `pipelines/`, SQL in `dbt_project/`, the gate in `expectations/`, posting and close
in `tieout/`.
"""

import warnings

# One run per backfill is what we want, beta or not.
warnings.filterwarnings("ignore", message=".*`backfill_policy`.*")
