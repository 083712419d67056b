"""What the posting protocol costs over writing the same lines by hand.

Here: 100,000 lines posted to the generic file target (`legacy_files`): read from the warehouse,
planned, gated by a gate that reads every row, sealed, recorded, dropped with a manifest,
acknowledged from response files, and proven; next to the least a careful person could do: read the
same lines, write the same files byte for byte, flush them to disk, and store the lines in SQLite in
one durable transaction, once with every field that the ledger keeps of them and once with five.
Printed as ratios, all measured in this run, and as peak memory at three sizes. Not here: Great
Expectations (its import alone takes longer than everything else together), and the ERP's own work,
whose seconds are taken out.

Run: `python benchmarks/bench_post.py [lines]`, or `... memory [lines ...]`.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tieout.config import System
from tieout.domain.control_totals import ControlTotals
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.domain.verdict import Verdict
from tieout.posting import faultpoints
from tieout.posting.candidates import MODELS
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.delivery.base import Submission
from tieout.posting.delivery.legacy_files import LegacyFilesDelivery
from tieout.posting.delivery.legacy_files_stores import open_store
from tieout.posting.gathering import candidates_folder, gather
from tieout.posting.ledger import Ledger
from tieout.posting.members import MODEL as MEMBERS
from tieout.posting.members import NO_MEMBERS
from tieout.posting.payload import conform, fingerprint
from tieout.posting.pool import LINES_PER_BATCH
from tieout.posting.run import post_target
from tieout.posting.writers.legacy_files import create_writer

ROUNDS = 5
SIZES = (10_000, 100_000, 1_000_000)
TARGET = "legacy"
FILE_COLUMNS = {
    "POSTING_KEY": "posting_key", "ENTITY": "legal_entity_id", "POSTING_DATE": "accounting_date",
    "WORK_DATE": "work_date", "EMPLOYEE": "erp_worker_id", "PROJECT": "erp_project_id",
    "ACCOUNT": "debit_account_code", "CONTRA_ACCOUNT": "credit_account_code", "HOURS": "hours",
    "AMOUNT": "cost_amount_functional", "CURRENCY": "functional_currency_code", "TEXT": "memo",
}  # fmt: skip
FIVE_FACTS = ("accounting_date", "hours", "cost_amount_functional", "functional_currency_code")
"""The fifth is the key."""
EVERY_FACT = tuple(name for name in POSTING_COLUMNS if name != "posting_key")
NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)


class _Policies:
    def model_dump(self) -> dict[str, Any]:
        return {}


class _Firm:
    id = "meridian"
    policies = _Policies()


class _Home:
    def __init__(self, path: Path) -> None:
        self.ledger, self.outbox = path / "ledger.sqlite", path / "outbox"
        self.outbox.mkdir()


class PromptErp(LegacyFilesDelivery):
    """The target, and an ERP behind it that answers at once; its own seconds are counted apart."""

    def __init__(self, folder: Path) -> None:
        self.drop, self.out = folder / "in", folder / "out"
        self.drop.mkdir(parents=True)
        self.out.mkdir()
        system = System(
            id=TARGET, vendor="legacy_files", roles=["erp"], options={"path": str(folder)}
        )
        super().__init__(system, open_store(system))
        self.wall = self.processor = 0.0
        self.taken: list[str] = []
        """SHA-256 of every file that was dropped, in their order."""

    def submit(self, submission: Submission) -> None:
        """Hand over; the ERP posts every line and answers."""
        super().submit(submission)
        wall, processor = time.perf_counter(), time.process_time()
        for path in sorted(self.drop.glob("*.csv")):
            self.taken.append(hashlib.sha256(path.read_bytes()).hexdigest())
            answers = pl.read_csv(path, infer_schema=False).select(
                "POSTING_KEY",
                pl.lit("POSTED").alias("STATUS"),
                pl.concat_str(pl.lit("D"), "LINE").alias("DOCUMENT"),
                pl.lit("").alias("MESSAGE"),
                "POSTING_DATE",
                "HOURS",
                "AMOUNT",
                "CURRENCY",
            )
            answers.write_csv(self.out / f"{path.stem}.response.csv", quote_style="never")
            path.unlink()
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor


def gate(
    stream: str, rows: pl.DataFrame, totals: ControlTotals, policies: Mapping[str, str]
) -> Verdict:
    """The binding to the rows that every gate pays for, and one rule."""
    del totals, policies
    late = rows.filter(pl.col("hours") > Decimal(24)).height
    return Verdict(stream, fingerprint(rows), rows.height, {"hours": late})


def csv_of(lines: pl.DataFrame) -> bytes:
    """The import file, byte for byte as the target's template has it."""
    numbered = lines.select(pl.col(name).alias(header) for header, name in FILE_COLUMNS.items())
    return numbered.with_row_index("LINE", 1).write_csv().encode()


def candidates(start: int, count: int) -> pl.DataFrame:
    """So many lines as the posting models give them, of records numbered from a start."""
    constants: dict[str, Any] = {
        "target": TARGET, "leg": "cost", "period_id": "2026-06", "entry_type": "time",
        "source_system": "harvest_us", "source_version": 1781690000000000,
        "legal_entity_id": "US01", "accounting_date": date(2026, 6, 15),
        "accounting_period_id": "2026-06", "is_late": False, "work_date": date(2026, 6, 15),
        "erp_worker_id": "41", "client_id": "C-01", "project_id": "P-1003",
        "project_code": "P-1003", "erp_project_id": "77", "task_name": "Design",
        "hours": Decimal("7.5"), "is_billable": True, "cost_rate": Decimal(80),
        "cost_amount_functional": Decimal(600), "functional_currency_code": "USD",
        "bill_rate": Decimal(185), "bill_amount_contract": Decimal("1387.50"),
        "contract_currency_code": "USD", "bill_amount_functional": Decimal("1387.50"),
        "fx_rate_contract_to_functional": Decimal(1), "debit_account_code": "5100",
        "credit_account_code": "2100", "wip_account_code": "1300",
        "accrued_revenue_account_code": "4100", "approval_status": "approved",
        "approved_at": datetime(2026, 6, 16, 9, tzinfo=UTC).replace(tzinfo=None),
        "reverses_posting_key": None, "correction_group_id": None, "correction_kind": None,
    }  # fmt: skip
    record = (pl.int_range(count, dtype=pl.Int64) + start + 636_000_000).cast(pl.String)
    named = {
        "posting_key": pl.concat_str(
            pl.lit("meridian:legacy:harvest_us:"), record, pl.lit(":v1781690000000000:cost")
        ),
        "entry_id": pl.concat_str(pl.lit("harvest_us:"), record),
        "source_record_id": record,
        "correlation_id": record,
        "worker_id": record,
        "worker_name": record,
        "memo": pl.concat_str(pl.lit("Design 2026-06-15 [harvest_us:"), record, pl.lit("]")),
    }
    kinds = POSTING_COLUMNS
    fixed = [pl.lit(value, dtype=kinds[name]).alias(name) for name, value in constants.items()]
    made = [value.alias(name) for name, value in named.items()]
    return conform(pl.select(pl.int_range(count).alias("n")).select(*made, *fixed))


Seconds = tuple[float, float]
"""Wall and processor."""
Run = tuple[list[Seconds], list[str]]
"""How long the steps of a round took, and the SHA-256 of the files that it wrote."""


def warehouse(path: Path, count: int) -> Path:
    """A warehouse with so many candidates, made a piece at a time."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema posting")
        for start in range(0, count, LINES_PER_BATCH):
            piece = candidates(start, min(LINES_PER_BATCH, count - start))
            connection.register("piece", piece)
            verb = "insert into" if start else "create table"
            made = "" if start else "as"
            connection.execute(f"{verb} {MODELS['time']} {made} select * from piece")
        connection.execute(f"create table {MODELS['expense']} as from {MODELS['time']} limit 0")
        connection.register("members", NO_MEMBERS)
        connection.execute(f"create table {MEMBERS} as from members")
    return path


def by_protocol(source: Path, folder: Path) -> Callable[[], Run]:
    """The whole posting step, in front of a ledger that exists."""
    home = _Home(folder)
    ledger = Ledger.at(home.ledger)
    delivery, writer = PromptErp(folder / "erp"), create_writer()
    acknowledged: list[Seconds] = []

    def note(point: str) -> None:
        if point == "after_batch_finished":
            acknowledged[:] = [_now(delivery)]

    def work() -> Run:
        faultpoints.observer, began = note, _now(delivery)
        with candidates_folder(home.outbox) as spilled:
            with duckdb.connect(str(source), read_only=True) as connection:
                found = gather(connection, TARGET, spilled)
            report = post_target(
                _Firm(), TARGET, found.pool, ledger, home, delivery, writer, gate,
                Period("2026-06"), NOW, SilentProgress(), totals=found.totals,
            )  # fmt: skip
        ledger.close()
        faultpoints.observer = None
        if not report.candidates == report.accepted == report.proven:
            raise RuntimeError(str(report))
        return [_less(acknowledged[0], began), _less(_now(delivery), began)], delivery.taken

    return work


def _now(erp: PromptErp | None = None) -> Seconds:
    wall, processor = time.perf_counter(), time.process_time()
    return (wall - erp.wall, processor - erp.processor) if erp else (wall, processor)


def _less(left: Seconds, right: Seconds) -> Seconds:
    return left[0] - right[0], left[1] - right[1]


def by_hand(facts: Sequence[str]) -> Callable[[Path, Path], Callable[[], Run]]:
    """The same files, flushed, and facts of the same lines in one durable transaction of SQLite."""

    def prepare(source: Path, folder: Path) -> Callable[[], Run]:
        store = sqlite3.connect(folder / "sent.sqlite")
        store.execute("pragma journal_mode=wal")
        store.execute("pragma synchronous=full")
        others = ", ".join(f"{name} text" for name in facts)
        store.execute(f"create table sent (posting_key text primary key, {others})")

        def work() -> Run:
            began = _now()
            columns = sorted({"posting_key", *facts, *FILE_COLUMNS.values()})
            with duckdb.connect(str(source), read_only=True) as connection:
                rows = connection.execute(
                    f"select {', '.join(columns)} from {MODELS['time']} order by posting_key"
                ).pl()
            files: list[bytes] = []
            for start in range(0, rows.height, LINES_PER_BATCH):
                files.append(csv_of(rows[start : start + LINES_PER_BATCH]))
                with (folder / f"lines-{start}.csv").open("wb") as file:
                    file.write(files[-1])
                    file.flush()
                    os.fsync(file.fileno())
            kept = rows.select("posting_key", *(pl.col(name).cast(pl.String) for name in facts))
            marks = ", ".join("?" * len(kept.columns))
            store.executemany(f"insert into sent values ({marks})", kept.iter_rows())
            store.commit()
            store.close()
            took = _less(_now(), began)
            return [took], [hashlib.sha256(content).hexdigest() for content in files]

        return work

    return prepare


def measure(prepare: Callable[[Path, Path], Callable[[], Run]], source: Path) -> Run:
    """One round in a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="bench-post-") as folder:
        return prepare(source, Path(folder))()


def ratios(count: int) -> None:
    """Measure all, interleaved, and print the ratios of the medians."""
    ways = {
        "all that the ledger keeps of a line": by_hand(EVERY_FACT),
        "five figures of a line": by_hand(FIVE_FACTS),
    }
    hand: dict[str, list[Seconds]] = {name: [] for name in ways}
    protocol: list[list[Seconds]] = []
    with tempfile.TemporaryDirectory(prefix="bench-post-") as folder:
        source = warehouse(Path(folder) / "warehouse.duckdb", count)
        for _ in range(ROUNDS):
            took, files = measure(by_protocol, source)
            protocol.append(took)
            for name, way in ways.items():
                (seconds,), same = measure(way, source)
                hand[name].append(seconds)
                if same != files:
                    raise RuntimeError("the files are not the same, byte for byte")
    print(f"{count} lines in {len(files)} files, median of {ROUNDS} rounds, interleaved")
    for clock, unit in enumerate(("wall", "processor")):
        for step, label in enumerate(("to the acknowledgement", "with the proof")):
            ours = statistics.median(seconds[step][clock] for seconds in protocol)
            print(f"{unit}: by the protocol, {label} {ours:.2f} s")
            for name, rounds in hand.items():
                least = statistics.median(seconds[clock] for seconds in rounds)
                print(f"  by hand with {name:36} {least:6.2f} s   ratio {ours / least:5.2f}")


def peak_mib() -> float:
    """Highest resident memory of this process so far (ru_maxrss would show the parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def peak(count: int, source: Path) -> None:
    """Post once in this process and print its peak memory in MiB."""
    before = peak_mib()
    measure(by_protocol, source)
    print(f"{count:>9} lines: peak {peak_mib():6.0f} MiB, of it the program {before:6.0f} MiB")


def peaks(sizes: Sequence[int]) -> None:
    """The peak of each size, in a process of its own that did not make its warehouse."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-post-") as folder:
            source = warehouse(Path(folder) / "warehouse.duckdb", size)
            command = [sys.executable, __file__, "peak", str(size), str(source)]
            subprocess.run(command, check=True)


def main() -> None:
    """Ratios in this process, then the peak of each size in a process of its own."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["peak"]:
        peak(int(arguments[1]), Path(arguments[2]))
        return
    if arguments[:1] != ["memory"]:
        ratios(int(arguments[0]) if arguments else 100_000)
    peaks([int(size) for size in arguments[1:]] or SIZES)


if __name__ == "__main__":
    main()
