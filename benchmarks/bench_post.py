"""What the posting protocol costs over writing the same lines by hand.

Here: 100,000 lines planned, gated by a gate that reads every row, sealed, recorded, acknowledged
and proven against an ERP that takes files, next to the least a careful person could do: write the
same file, flush it to disk, and store the same lines in SQLite in one durable transaction. Printed
as a ratio, both measured in this run; the file format is written by the same code on both sides.
Not here: Great Expectations (its import alone takes longer than everything else together) and HTTP.

Run: `python benchmarks/bench_post.py [lines]`.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from tieout.domain.control_totals import ControlTotals
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.domain.verdict import Verdict
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.delivery.base import (
    FOUND_COLUMNS,
    RESULT_COLUMNS,
    Capabilities,
    Collected,
    Submission,
)
from tieout.posting.ledger import Ledger
from tieout.posting.payload import conform, fingerprint
from tieout.posting.run import post_target
from tieout.posting.writers.base import BatchHeader

ROUNDS = 3
FILE_COLUMNS = [
    "posting_key", "accounting_date", "erp_worker_id", "erp_project_id", "hours",
    "cost_amount_functional", "functional_currency_code", "memo",
]  # fmt: skip
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


class FileWriter:
    """Columns that an import file needs, as CSV."""

    def files(self, lines: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:  # noqa: ARG002
        """One file."""
        return {"lines.csv": csv_of(lines)}


class FileDrop:
    """An ERP that takes a whole file and answers with a response file, one row per line."""

    capabilities = Capabilities(
        "external_id", max_batch=1_000_000, serial_only=True, batch_atomic=False
    )

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()

    def look_up(self, keys: Sequence[str]) -> pl.DataFrame:
        """What was taken so far, from the response files."""
        answers = [self._response(path) for path in sorted(self.folder.glob("*.response.csv"))]
        if not answers:
            return pl.DataFrame(schema=FOUND_COLUMNS)
        wanted = pl.DataFrame({"posting_key": keys}, schema={"posting_key": pl.String()})
        return (
            pl.concat(answers)
            .join(wanted, on="posting_key", how="semi")
            .select(
                "posting_key",
                pl.col("posting_key").alias("erp_id"),
                pl.lit("file").alias("record_type"),
                "accounting_date",
                "hours",
                pl.col("cost_amount_functional").alias("amount"),
                pl.col("functional_currency_code").alias("currency_code"),
                pl.lit("posted").alias("state"),
            )
        )

    def submit(self, submission: Submission) -> None:
        """Drop the file whole; the ERP echoes what it took."""
        for content in submission.files.values():
            draft = self.folder / f".{submission.submission_id}.csv"
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self.folder / f"{submission.submission_id}.csv")
            (self.folder / f"{submission.submission_id}.response.csv").write_bytes(content)

    def collect(self, submission_id: str) -> Collected:
        """The answer, once it is there."""
        path = self.folder / f"{submission_id}.response.csv"
        if not path.exists():
            return Collected("absent", pl.DataFrame(schema=RESULT_COLUMNS))
        nothing = pl.lit(None, dtype=pl.String)
        results = self._response(path).select(
            "posting_key",
            pl.lit("accepted").alias("outcome"),
            nothing.alias("erp_id"),
            nothing.alias("reason_code"),
            nothing.alias("message"),
        )
        return Collected("done", results)

    def _response(self, path: Path) -> pl.DataFrame:
        texts = pl.read_csv(path, schema_overrides=dict.fromkeys(FILE_COLUMNS, pl.String()))
        return texts.with_columns(
            pl.col("accounting_date").str.to_date(),
            pl.col("hours", "cost_amount_functional").cast(pl.Decimal(18, 4)),
        )


def gate(
    stream: str, rows: pl.DataFrame, totals: ControlTotals, policies: Mapping[str, str]
) -> Verdict:
    """The binding to the rows that every gate pays for, and one rule."""
    del totals, policies
    late = rows.filter(pl.col("hours") > Decimal(24)).height
    return Verdict(stream, fingerprint(rows), rows.height, {"hours": late})


def csv_of(lines: pl.DataFrame) -> bytes:
    """The import file."""
    return lines.select(FILE_COLUMNS).write_csv().encode()


def candidates(count: int) -> pl.DataFrame:
    """So many lines as the posting models give them."""
    constants: dict[str, Any] = {
        "target": "netsuite", "leg": "cost", "period_id": "2026-06", "entry_type": "time",
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
            pl.lit("meridian:netsuite:harvest_us:"), record, pl.lit(":v1781690000000000:cost")
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


def by_protocol(rows: pl.DataFrame, folder: Path) -> Callable[[], None]:
    """The whole posting step, in front of a ledger that exists."""
    home = _Home(folder)
    ledger = Ledger.at(home.ledger)
    delivery = FileDrop(folder / "drop")

    def work() -> None:
        report = post_target(
            _Firm(), "netsuite", rows, ledger, home, delivery, FileWriter(), gate,
            Period("2026-06"), NOW, SilentProgress(),
        )  # fmt: skip
        ledger.close()
        if (report.accepted, report.proven) != (rows.height, rows.height):
            raise RuntimeError(str(report))

    return work


def by_hand(rows: pl.DataFrame, folder: Path) -> Callable[[], None]:
    """The same file, flushed, and the same lines in SQLite in one durable transaction."""
    store = sqlite3.connect(folder / "sent.sqlite")
    store.execute("pragma journal_mode=wal")
    store.execute("pragma synchronous=full")
    store.execute(
        "create table sent (key text primary key, day text, hours text, amount text, currency text)"
    )

    def work() -> None:
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

    return work


def measure(
    prepare: Callable[[pl.DataFrame, Path], Callable[[], None]], rows: pl.DataFrame
) -> tuple[float, float]:
    """Wall and processor seconds of one round in a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="bench-post-") as folder:
        work = prepare(rows, Path(folder))
        wall, processor = time.perf_counter(), time.process_time()
        work()
        return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    """Measure both, interleaved, and print the ratio of the medians."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rows = candidates(count)
    hand, protocol = [], []
    for _ in range(ROUNDS):
        hand.append(measure(by_hand, rows))
        protocol.append(measure(by_protocol, rows))
    print(f"{count} lines, median of {ROUNDS} rounds, interleaved")
    for name, column in (("wall", 0), ("processor", 1)):
        least = statistics.median(round_[column] for round_ in hand)
        ours = statistics.median(round_[column] for round_ in protocol)
        print(
            f"{name:10} by hand {least:7.2f} s   by the protocol, with proof {ours:7.2f} s"
            f"   ratio {ours / least:6.2f}"
        )


if __name__ == "__main__":
    main()
