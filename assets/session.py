"""What every step of a run shares: the firm, the home, the clock, the cut-off, the options.

One resource, so that the launch pad of the UI shows every option; the command line fills the same
fields. No secret passes through here: systems resolve their own when they are used.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import dagster as dg
from pydantic import Field

from tieout.cli.display import LogProgress, progress_from_environment
from tieout.config import Firm, Home, load_firm
from tieout.domain.clock import now, parse_as_of, sql_timestamp
from tieout.domain.errors import TieoutError
from tieout.domain.period import Period
from tieout.domain.progress import Progress
from tieout.posting.ledger import Ledger
from tieout.warehouse import Warehouse

_RUN_CLOCKS: dict[str, datetime] = {}


def default_firm_folder() -> str:
    """The firm folder of this process: TIEOUT_FIRM, else the sample firm of the home."""
    return os.environ.get("TIEOUT_FIRM") or str(Home().sample_firm)


def open_ledger(home: Home) -> Ledger:
    """The posting ledger: SQLite in the home, or the store that TIEOUT_LEDGER_URL names."""
    return Ledger.at(home.ledger, url=os.environ.get("TIEOUT_LEDGER_URL"))


class CloseSession(dg.ConfigurableResource):
    """Options of a run, and what follows from them."""

    firm_folder: str = Field(default="", description="Firm folder; empty: TIEOUT_FIRM.")
    home_folder: str = Field(default="", description="State folder; empty: TIEOUT_HOME.")
    as_of: str = Field(default="", description="Cut-off K (UTC); empty: the run's own instant.")
    post: bool = Field(default=True, description="Send postings to the ERPs.")

    @property
    def home(self) -> Home:
        """The installation's home."""
        return Home(self.home_folder or None)

    @property
    def warehouse(self) -> Warehouse:
        """The warehouse of the home."""
        return Warehouse(self.home)

    def firm(self) -> Firm:
        """The firm as its folder says now."""
        return load_firm(self.firm_folder or default_firm_folder())

    def clock(self, run_id: str) -> datetime:
        """One instant for the whole run.

        The sandbox firm brings its own clock unless TIEOUT_NOW is set.
        """
        if run_id not in _RUN_CLOCKS:
            sandbox = self.firm().sandbox
            pinned = sandbox.now if sandbox and "TIEOUT_NOW" not in os.environ else None
            moment = pinned or now()
            _RUN_CLOCKS[run_id] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return _RUN_CLOCKS[run_id]

    def cut_off(self, run_id: str) -> datetime:
        """K: `as_of` if given, else the run's instant."""
        return parse_as_of(self.as_of) if self.as_of else self.clock(run_id)

    def posts(self, run_id: str) -> bool:
        """True if this run may post: asked for, and the cut-off does not lie in the past."""
        return self.post and self.cut_off(run_id) >= self.clock(run_id)

    def dbt_environment(self, run_id: str, period: Period) -> dict[str, str]:
        """The environment dbt reads."""
        home = self.home
        return {
            "TIEOUT_WAREHOUSE": str(home.warehouse),
            "TIEOUT_AS_OF": sql_timestamp(self.cut_off(run_id)),
            "TIEOUT_PERIOD": period.id,
            "DBT_TARGET_PATH": str(home.dbt / "target"),
            "DBT_LOG_PATH": str(home.dbt / "logs"),
            "DBT_LOG_LEVEL_FILE": "info",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }


def periods_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> list[Period]:
    """The periods of this run, in order; the current month where the run has no partition."""
    if context.has_partition_key:
        return [Period(context.partition_key)]
    start = context.run.tags.get("dagster/asset_partition_range_start")
    end = context.run.tags.get("dagster/asset_partition_range_end")
    if start and end:
        periods = [Period(start)]
        for _ in range(PERIODS_MAX):
            if periods[-1].id >= end:
                break
            periods.append(periods[-1].next())
        return periods
    return [Period.of(now().date())]


PERIODS_MAX = 600
"""A run covers at most fifty years."""


def progress_of(context: dg.AssetExecutionContext) -> Progress:
    """Bars on the terminal that started the run, or lines in the run's log."""
    return progress_from_environment() or LogProgress(context.log.info)


@contextmanager
def operator_errors() -> Iterator[None]:
    """Turn an error for the operator into a failed step that keeps message and exit code."""
    try:
        yield
    except TieoutError as problem:
        raise dg.Failure(
            description=str(problem),
            metadata={"exit_code": problem.exit_code},
            allow_retries=False,
        ) from problem
