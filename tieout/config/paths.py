"""TIEOUT_HOME: where the state of one installation lives, one name per thing.

The directory is private (0700): it holds the warehouse, the ledger, sealed files and evidence.
"""

from __future__ import annotations

import os
from pathlib import Path

DEFAULT_HOME = ".tieout"
WAREHOUSE_FILE = "warehouse.duckdb"


class Home:
    """Paths under TIEOUT_HOME; folders are made when first asked for."""

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = Path(path or os.environ.get("TIEOUT_HOME") or DEFAULT_HOME).absolute()

    def _folder(self, name: str) -> Path:
        folder = self.path / name
        if not self.path.exists():
            self.path.mkdir(parents=True, mode=0o700)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def warehouse(self) -> Path:
        """The one DuckDB file that everything writes to."""
        return self._folder("warehouse") / WAREHOUSE_FILE

    @property
    def lock(self) -> Path:
        """Lock file that every opener of the warehouse holds."""
        return self._folder("warehouse") / "warehouse.lock"

    @property
    def ledger(self) -> Path:
        """The posting ledger (SQLite)."""
        return self._folder("ledger") / "ledger.sqlite"

    @property
    def outbox(self) -> Path:
        """Sealed posting files, one folder per target and batch."""
        return self._folder("outbox")

    @property
    def published(self) -> Path:
        """The immutable copy analysts read: analytics.duckdb, parquet/ and releases/."""
        return self._folder("published")

    @property
    def reports(self) -> Path:
        """Close statements."""
        return self._folder("reports")

    @property
    def evidence(self) -> Path:
        """Compressed copies of every raw page."""
        return self._folder("evidence")

    @property
    def dlt(self) -> Path:
        """Working folders of the extraction pipelines."""
        return self._folder("dlt")

    @property
    def dagster(self) -> Path:
        """The Dagster instance (DAGSTER_HOME)."""
        return self._folder("dagster")

    @property
    def dbt(self) -> Path:
        """Target and log folders of dbt."""
        return self._folder("dbt")

    @property
    def sandbox(self) -> Path:
        """State of the sandbox systems and the sample firm's folder."""
        return self._folder("sandbox")

    @property
    def sample_firm(self) -> Path:
        """The sample firm's folder, written by the sandbox."""
        return self.sandbox / "firm"
