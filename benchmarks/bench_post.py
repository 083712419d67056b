"""What the posting protocol costs over writing the same lines by hand.

Here: 100,000 lines posted to the generic file target (`legacy_files`): planned, gated by a gate
that reads every row, sealed, recorded, dropped with a manifest, acknowledged from a response file,
and proven; next to the least a careful person could do: write the same file, flush it to disk, and
store the same lines in SQLite in one durable transaction. Printed as a ratio, both measured in this
run, and as peak memory at three sizes. Not here: Great Expectations (its import alone takes longer
than everything else together), and the ERP's own work, whose seconds are taken out.

Run: `python benchmarks/bench_post.py [lines]`, or `... memory [lines ...]`.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from tieout.config import System
from tieout.domain.control_totals import ControlTotals
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.domain.verdict import Verdict
from tieout.posting import faultpoints
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.delivery.base import Submission
from tieout.posting.delivery.legacy_files import LegacyFilesDelivery
from tieout.posting.delivery.legacy_files_stores import open_store
from tieout.posting.ledger import Ledger
from tieout.posting.payload import conform, fingerprint
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

    def submit(self, submission: Submission) -> None:
        """Hand over; the ERP posts every line and answers."""
        super().submit(submission)
        wall, processor = time.perf_counter(), time.process_time()
        for path in sorted(self.drop.glob("*.csv")):
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


def candidates(count: int) -> pl.DataFrame:
    """So many lines as the posting models give them."""
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
    record = (pl.int_range(count, dtype=pl.Int64) + 636_000_000).cast(pl.String)
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


def by_protocol(rows: pl.DataFrame, folder: Path) -> Callable[[], list[Seconds]]:
    """The whole posting step, in front of a ledger that exists."""
    home = _Home(folder)
    ledger = Ledger.at(home.ledger)
    delivery, writer = PromptErp(folder / "erp"), create_writer()
    acknowledged: list[Seconds] = []

    def note(point: str) -> None:
        if point == "after_batch_finished":
            acknowledged[:] = [_now(delivery)]

    def work() -> list[Seconds]:
        faultpoints.observer, began = note, _now(delivery)
        report = post_target(
            _Firm(), TARGET, rows, ledger, home, delivery, writer, gate,
            Period("2026-06"), NOW, SilentProgress(),
        )  # fmt: skip
        ledger.close()
        faultpoints.observer = None
        if (report.accepted, report.proven) != (rows.height, rows.height):
            raise RuntimeError(str(report))
        return [_less(acknowledged[0], began), _less(_now(delivery), began)]

    return work


def _now(erp: PromptErp | None = None) -> Seconds:
    wall, processor = time.perf_counter(), time.process_time()
    return (wall - erp.wall, processor - erp.processor) if erp else (wall, processor)


def _less(left: Seconds, right: Seconds) -> Seconds:
    return left[0] - right[0], left[1] - right[1]


def by_hand(rows: pl.DataFrame, folder: Path) -> Callable[[], list[Seconds]]:
    """The same file, flushed, and the same lines in SQLite in one durable transaction."""
    store = sqlite3.connect(folder / "sent.sqlite")
    store.execute("pragma journal_mode=wal")
    store.execute("pragma synchronous=full")
    store.execute(
        "create table sent (key text primary key, day text, hours text, amount text, currency text)"
    )

    def work() -> list[Seconds]:
        began = _now()
        with (folder / "lines.csv").open("wb") as file:
            file.write(csv_of(rows))
            file.flush()
            os.fsync(file.fileno())
        kept = rows.select(
            "posting_key",
            pl.col("accounting_date").cast(pl.String),
            pl.col("hours").cast(pl.String),
            pl.col("cost_amount_functional").cast(pl.String),
            "functional_currency_code",
        )
        store.executemany("insert into sent values (?, ?, ?, ?, ?)", kept.iter_rows())
        store.commit()
        store.close()
        return [_less(_now(), began)]

    return work


def measure(
    prepare: Callable[[pl.DataFrame, Path], Callable[[], list[Seconds]]], rows: pl.DataFrame
) -> list[Seconds]:
    """One round in a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="bench-post-") as folder:
        return prepare(rows, Path(folder))()


def ratios(count: int) -> None:
    """Measure both, interleaved, and print the ratio of the medians."""
    rows = candidates(count)
    hand, protocol = [], []
    for _ in range(ROUNDS):
        hand.append(measure(by_hand, rows)[0])
        protocol.append(measure(by_protocol, rows))
    print(f"{count} lines, median of {ROUNDS} rounds, interleaved")
    for name, clock in (("wall", 0), ("processor", 1)):
        least = statistics.median(seconds[clock] for seconds in hand)
        print(f"{name}: by hand {least:.2f} s")
        for step, label in enumerate(("to the acknowledgement", "with the proof")):
            ours = statistics.median(seconds[step][clock] for seconds in protocol)
            print(f"  by the protocol, {label:24} {ours:7.2f} s   ratio {ours / least:6.2f}")


def peak_mib() -> float:
    """Highest resident memory of this process so far (ru_maxrss would show the parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def peak(count: int) -> None:
    """Post once in this process and print its peak memory, before posting and after, in MiB."""
    rows = candidates(count)
    before = peak_mib()
    measure(by_protocol, rows)
    after = peak_mib()
    print(f"{count:>9} lines: peak {after:7.0f} MiB, of it the candidates {before:7.0f} MiB,"
          f" posting on top {after - before:7.0f} MiB")  # fmt: skip


def main() -> None:
    """Ratios in this process, then the peak of each size in a process of its own."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["peak"]:
        peak(int(arguments[1]))
        return
    if arguments[:1] != ["memory"]:
        ratios(int(arguments[0]) if arguments else 100_000)
    for size in arguments[1:] or SIZES:
        subprocess.run([sys.executable, __file__, "peak", str(size)], check=True)


if __name__ == "__main__":
    main()
