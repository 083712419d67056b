"""What the reconciliation marts cost over the same joins written by hand.

Here: a firm of 100 thousand and one of a million time entries, all marts that the tie-out needs
built from landed files in one `dbt run` under DuckDB's memory limit of 8 GiB; the seconds, the
peak memory of the process, the growth from the small firm to the large one; and the ratio of the
reconciliation models to hand-written queries over the same canonical tables that give the same
rows and sums (compared before anything is printed): once as whole rows, as the marts give them,
once as six figures of a row. Both sides run one statement after another, each on all processors:
in the whole build two models share them, and each would be charged for the other. Not here:
extraction and posting.

Run: `python benchmarks/bench_reconcile.py [entries ...]`.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psutil
from reconcile_by_hand import BY_HAND, OF_HAND

from pipelines.contracts import Table
from pipelines.csv_folder.tables import TABLES
from pipelines.register import register_views, table_columns
from tieout.config import load_firm
from tieout.sandbox.firm.bulk import write_bulk_folder
from tieout.warehouse import write_configuration

ROOT = Path(__file__).resolve().parents[1]
SIZES = (100_000, 1_000_000)
LIMIT_GIB = 8
AS_OF, PERIOD = "2026-07-03 23:59:59.999999", "2026-06"
MARTS = (
    "rec_approved_not_posted", "rec_posting_gaps", "rec_adjusted_not_reclassified",
    "rec_orphan_postings", "rec_duplicate_postings", "rec_posted_not_billed",
)  # fmt: skip
CHARGEABLE = "rec_chargeable_postings"
"""Each item under retainers and caps; the hand-written side has nothing of it."""
# the landed key of each file
KEYS = {
    "entries": "entry_id",
    "entry_versions": "entry_id || '|' || version",
    "erp_lines": "coalesce(external_id, '') || '|' || row_number() over (partition by external_id)",
    "billed": "entry_id || '|' || invoice_id",
    "fx_rates": "from_currency || '|' || to_currency",
}
PROFILE = """
tieout:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('TIEOUT_WAREHOUSE') }}"
      threads: 2
      settings: {TimeZone: UTC, memory_limit: 8GiB}
"""
FIGURES = """
select mart, legal_entity_id, count(distinct item), sum(hours), sum(cost), sum(bill)
from ({source}) as told group by all order by all
"""
OF_MARTS = """
select 'owed' as mart, entry_id as item, legal_entity_id, hours, cost_amount_functional as cost,
    bill_amount_contract as bill
from reconciliation.rec_approved_not_posted
union all
select 'gap', entry_id, legal_entity_id,
    case leg when 'cost' then hours_to_post - hours_to_reverse else 0 end,
    case leg when 'cost' then amount_to_post - amount_to_reverse else 0 end,
    case leg when 'bill' then amount_to_post - amount_to_reverse else 0 end
from reconciliation.rec_posting_gaps
union all
select 'orphan', posting_line_id, legal_entity_id, hours, cost_amount_functional,
    bill_amount_contract
from reconciliation.rec_orphan_postings
union all
select 'duplicate', posting_line_id, legal_entity_id, hours, cost_amount_functional,
    bill_amount_contract
from reconciliation.rec_duplicate_postings
union all
select 'unbilled', posting_line_id, legal_entity_id, hours, cost_amount_functional,
    remaining_amount_contract
from reconciliation.rec_posted_not_billed
"""


@dataclass
class Measured:
    """One size: seconds and memory."""

    entries: int
    whole_seconds: float
    mart_seconds: float
    chargeable_seconds: float
    hand_seconds: float
    figures_seconds: float
    peak_gib: float


def opened(path: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse with the settings of the build."""
    connection = duckdb.connect(str(path))
    connection.execute(
        f"set TimeZone = 'UTC'; set threads = 2; set memory_limit = '{LIMIT_GIB}GiB'"
    )
    connection.execute("set enable_progress_bar = false")
    return connection


def land(folder: Path, warehouse: Path) -> None:
    """The files as landed tables, as one reading."""
    firm = load_firm(folder)
    with opened(warehouse) as connection:
        write_configuration(connection, firm)
        register_views(connection, firm)
        for table in TABLES:
            connection.execute(f"drop view landed_csv_folder.{table.name}")
            connection.execute(
                f"create table landed_csv_folder.{table.name} as"
                f" select 'csv_folder' as source_system, {_columns(connection, folder, table)}"
                f" from read_csv('{folder / table.name}.csv', all_varchar = true)"
            )


def _columns(connection: duckdb.DuckDBPyConnection, folder: Path, table: Table) -> str:
    described = connection.execute(
        f"describe from read_csv('{folder / table.name}.csv', all_varchar = true)"
    ).fetchall()
    present = {row[0] for row in described}
    paths = {column.name: column.path or column.name for column in table.columns}
    known = {
        "id": KEYS[table.name], "version": "1", "is_deleted": "false",
        "known_at": "timestamp '2026-07-11'",
        "occurrence": "row_number() over (partition by external_id)",
    }  # fmt: skip
    parts = []
    for name, kind in table_columns(table):
        source = f'"{paths[name]}"' if paths.get(name) in present else "null"
        parts.append(f'cast({known.get(name, source)} as {kind}) as "{name}"')
    return ", ".join(parts)


def dbt(command: str, warehouse: Path, work: Path, *arguments: str) -> tuple[float, float]:
    """Seconds of one dbt command and the peak memory of its process, in GiB."""
    environment = {
        **os.environ, "TIEOUT_WAREHOUSE": str(warehouse), "TIEOUT_AS_OF": AS_OF,
        "TIEOUT_PERIOD": PERIOD, "DO_NOT_TRACK": "1",
    }  # fmt: skip
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("dbt")), command, *arguments, "--quiet",
         "--project-dir", str(ROOT / "dbt_project"), "--profiles-dir", str(work),
         "--target-path", str(work / "target"), "--log-path", str(work / "logs")],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    watched, peak, start = psutil.Process(process.pid), [0], time.monotonic()

    def watch() -> None:
        while process.poll() is None:
            try:
                peak[0] = max(peak[0], watched.memory_info().rss)
            except psutil.Error:
                return
            time.sleep(0.1)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    output, _ = process.communicate()
    seconds = time.monotonic() - start
    if process.returncode:
        sys.exit(f"dbt {command} failed:\n{output[-3000:]}")
    return seconds, peak[0] / 2**30


def measure(entries: int, work: Path) -> Measured:
    """Build everything the marts need, then the hand-written query on the same tables."""
    folder, warehouse = work / f"files{entries}", work / f"warehouse{entries}.duckdb"
    write_bulk_folder(folder, entries)
    land(folder, warehouse)
    dbt("parse", warehouse, work)
    selected = [f"+{name}" for name in ("rec_tie_out_identities", CHARGEABLE, *MARTS)]
    whole, peak = dbt("run", warehouse, work, "--select", *selected)
    dbt("run", warehouse, work, "--threads", "1", "--select", CHARGEABLE, *MARTS)
    results = json.loads((work / "target" / "run_results.json").read_text())["results"]
    seconds = {result["unique_id"].split(".")[-1]: result["execution_time"] for result in results}
    with opened(warehouse) as connection:
        by_hand, figures = by_hand_seconds(connection)
        told = connection.execute(FIGURES.format(source="from hand")).fetchall()
        found = connection.execute(FIGURES.format(source=OF_MARTS)).fetchall()
        assert told == found, f"the two sides differ:\n{told}\n{found}"
    marts = sum(seconds[name] for name in MARTS)
    return Measured(entries, whole, marts, seconds[CHARGEABLE], by_hand, figures, peak)


def by_hand_seconds(connection: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """Seconds of the hand-written side: whole rows as tables, and six figures of a row as one."""
    start = time.monotonic()
    for name, query in BY_HAND.items():
        connection.execute(f"create or replace table hand_{name} as {query}")
    whole_rows = time.monotonic() - start
    start = time.monotonic()
    connection.execute(f"create or replace table hand as {OF_HAND.format(**BY_HAND)}")
    return whole_rows, time.monotonic() - start


def main(sizes: list[int]) -> None:
    """Print every size, then the growth."""
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "profiles.yml").write_text(PROFILE)
        for entries in sizes:
            one = measure(entries, work)
            measured.append(one)
            print(
                f"{one.entries:,} entries: whole build {one.whole_seconds:.0f} s, peak memory"
                f" {one.peak_gib:.2f} GiB of {LIMIT_GIB}; one after another {', '.join(MARTS)}:"
                f" {one.mart_seconds:.1f} s, and {CHARGEABLE} {one.chargeable_seconds:.1f} s",
                flush=True,
            )
            for label, hand in (
                ("whole rows", one.hand_seconds), ("six figures of a row", one.figures_seconds)
            ):  # fmt: skip
                both = one.mart_seconds + one.chargeable_seconds
                print(
                    f"  by hand {label} {hand:.1f} s: ratio {one.mart_seconds / hand:.2f},"
                    f" with {CHARGEABLE} {both / hand:.2f}",
                    flush=True,
                )
            assert one.peak_gib < LIMIT_GIB
    for small, large in itertools.pairwise(measured):
        print(
            f"growth x{large.entries / small.entries:.0f}: whole build"
            f" x{large.whole_seconds / small.whole_seconds:.1f},"
            f" marts x{large.mart_seconds / small.mart_seconds:.1f}"
        )


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or list(SIZES))
