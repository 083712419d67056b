"""The Dagster instance of a home: its folder and its settings, telemetry off."""

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
"""


def prepare_instance(home: Home) -> Path:
    """DAGSTER_HOME of this installation, with its settings written once."""
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        settings.write_text(SETTINGS, encoding="utf-8")
    return home.dagster
