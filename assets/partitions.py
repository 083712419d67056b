"""Monthly partitions: the accounting periods of the calendar, keyed like a period: `2026-06`."""

import dagster as dg

FIRST_PERIOD = "2025-01"

PERIODS = dg.TimeWindowPartitionsDefinition(
    start=FIRST_PERIOD, fmt="%Y-%m", cron_schedule="0 0 1 * *", end_offset=1
)

ONE_RUN = dg.BackfillPolicy.single_run()
"""A backfill of several months is one run: sources are read once, months are posted in order."""
