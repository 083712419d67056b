"""The Dagster instance of a home: its folder and its settings, telemetry off."""

import json
from pathlib import Path

from tieout.config import Home

SETTINGS = """\
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  start_timeout_seconds: 120
event_log_storage:
  module: assets.event_log
  class: PooledEventLogStorage
  config:
    base_dir: {event_log}
"""


def prepare_instance(home: Home) -> Path:
    """DAGSTER_HOME of this installation, with its settings written once."""
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        event_log = json.dumps(str(home.dagster / "history" / "runs"))
        settings.write_text(SETTINGS.format(event_log=event_log), encoding="utf-8")
    return home.dagster
