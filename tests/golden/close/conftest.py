"""Runs a CSV folder through extraction and the whole dbt project, as of one instant."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.load import extract_system
from pipelines.register import register_views
from tests.kit.compiled import compiled_project, connect
from tieout.config import Home, load_firm
from tieout.domain.progress import SilentProgress
from tieout.warehouse import Warehouse
from tieout.warehouse.configuration import write_configuration

ROOT = Path(__file__).resolve().parents[3]
READ_AT = datetime(2026, 7, 11, tzinfo=UTC)

MARTS_ONLY = ("run", "--exclude", "path:models/close+", "path:models/posting+")

Query = Callable[[str], list[tuple]]


class CloseRun:
    """One folder in one home: extract once, then build as of any day."""

    def __init__(self, folder: Path, home: Path, scratch: Path) -> None:
        self.home, self.scratch = Home(home), scratch
        self.firm = load_firm(folder)
        self.numbers = itertools.count()

    def extract(self, now: datetime = READ_AT) -> dict[str, int]:
        """Land the folder; rows quarantined per table."""
        (system,) = self.firm.systems
        report = extract_system(self.firm, system, self.home, now, SilentProgress())
        with Warehouse(self.home).writing() as connection:
            write_configuration(connection, self.firm)
            register_views(connection, self.firm)
        return {name: counts.quarantined for name, counts in report.tables.items()}

    def build(self, day: str, *arguments: str, timeout: int = 500) -> Query:
        """Build every model as of the end of a day; a query function on a copy of the result."""
        command = [
            str(Path(sys.executable).with_name("dbt")), *(arguments or MARTS_ONLY),
            "--project-dir", str(ROOT / "dbt_project"), "--profiles-dir", str(ROOT / "dbt_project"),
            "--target-path", str(self.scratch / "target"), "--log-path", str(self.scratch / "logs"),
        ]  # fmt: skip
        environment = {
            **os.environ,
            "TIEOUT_WAREHOUSE": str(self.home.warehouse),
            "TIEOUT_AS_OF": f"{day} 23:59:59.999999",
            "TIEOUT_PERIOD": "2026-06",
            "DO_NOT_TRACK": "1",
            "TZ": "Pacific/Auckland",  # no figure may depend on the machine's zone
        }
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
        return self._kept()

    def compute(self, day: str) -> Query:
        """The same without dbt: the compiled models, of which none is left out."""
        with connect(self.home.warehouse) as connection:
            compiled_project().run(connection, as_of=f"{day} 23:59:59.999999", period="2026-06")
        return self._kept()

    def _kept(self) -> Query:
        """A query function on a copy of the warehouse as it is now."""
        built = self.scratch / f"{self.home.path.name}-{next(self.numbers)}.duckdb"
        shutil.copy(self.home.warehouse, built)

        def query(sql: str) -> list[tuple]:
            # under the name it was built with, which its views hold
            with duckdb.connect() as connection:
                name = self.home.warehouse.stem
                connection.execute(f"attach '{built}' as {name} (read_only); use {name}")
                return connection.execute(sql).fetchall()

        return query


@pytest.fixture(scope="session")
def open_close(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], CloseRun]:
    scratch = tmp_path_factory.mktemp("dbt")

    def open_folder(folder: Path) -> CloseRun:
        return CloseRun(folder, tmp_path_factory.mktemp("home"), scratch)

    return open_folder


FIGURES = """
with figures as (
    select '1 approved_not_posted' as measure, legal_entity_id, hours,
        bill_amount_contract as bill, cost_amount_functional as cost
    from reconciliation.rec_approved_not_posted
    union all
    select '2 adjusted_not_reclassified.to_post', legal_entity_id,
        case leg when 'cost' then hours_to_post else 0 end,
        case leg when 'bill' then amount_to_post else 0 end,
        case leg when 'cost' then amount_to_post else 0 end
    from reconciliation.rec_adjusted_not_reclassified
    union all
    select '3 adjusted_not_reclassified.to_reverse', legal_entity_id,
        case leg when 'cost' then hours_to_reverse else 0 end,
        case leg when 'bill' then amount_to_reverse else 0 end,
        case leg when 'cost' then amount_to_reverse else 0 end
    from reconciliation.rec_adjusted_not_reclassified
    union all
    select 'A approved', legal_entity_id, hours, bill_amount_contract, cost_amount_functional
    from canonical.fct_entries where is_effective
    union all
    select 'P posted', legal_entity_id, hours, bill_amount_contract, cost_amount_functional
    from canonical.fct_erp_postings
    union all
    select 'D duplicate', legal_entity_id, hours, bill_amount_contract, cost_amount_functional
    from reconciliation.rec_duplicate_postings
    union all
    select 'O orphan', legal_entity_id, hours, bill_amount_contract, cost_amount_functional
    from reconciliation.rec_orphan_postings
    union all
    select 'W posted_not_billed', legal_entity_id, hours,
        remaining_amount_contract, cost_amount_functional
    from reconciliation.rec_posted_not_billed
)
select legal_entity_id, measure, sum(hours), sum(bill), sum(cost)
from figures group by all having sum(hours) != 0 or sum(bill) != 0 or sum(cost) != 0
"""


@pytest.fixture(scope="session")
def figures_of() -> Callable[[Query], dict]:
    """Every non-zero figure: (entity, measure) -> (hours, bill value, cost)."""
    return lambda query: {(row[0], row[1]): row[2:] for row in query(FIGURES)}
