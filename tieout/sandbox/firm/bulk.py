"""Very large firms as plain files: millions of entries written in chunks, for benchmarks.

Here: a csv_folder (entries, entry_versions, erp_lines, billed, fx_rates) drawn with column
arithmetic in integers, so that memory stays at one chunk whatever the size. The same seed gives
the same bytes. A fixed share of the entries is unposted, edited after posting, posted twice; some
lines are orphans; `BulkTotals` counts them. Not here: the detailed firm that the emulated systems
show (`generate.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from tieout.sandbox.firm.reference import BILL_RATE_USD, COST_RATE, ENTITY, ENTITY_CYCLE
from tieout.sandbox.firm.timeline import Timeline, is_workday

CHUNK = 250_000
_ENTRIES_PER_WORKER = 60
# Every so many entries one is ...
UNPOSTED_EVERY, EDITED_EVERY, DUPLICATE_EVERY, ORPHAN_EVERY = 200, 500, 10_000, 50_000
_UNPOSTED_AT, _EDITED_AT, _DUPLICATE_AT, _ORPHAN_AT = 7, 11, 23, 31
_HOUR = 4  # quarter hours
_FX = (("USD", "USD", "1"), ("USD", "GBP", "0.790345"), ("USD", "INR", "83.4127"))
_HEADERS = {
    "entries": "entry_id,legal_entity,functional_currency,worker_id,project_id,work_date,"
    "bill_rate_usd,cost_rate_functional",
    "entry_versions": "entry_id,version,known_on,state,hours,project_id,is_billable",
    "erp_lines": "external_id,entry_id,project_id,hours,known_on,accounting_period",
    "billed": "entry_id,invoice_id,known_on",
}


@dataclass(frozen=True, slots=True)
class BulkTotals:
    """What was written; `approved_quarters` are quarter hours of the newest versions."""

    entries: int = 0
    versions: int = 0
    lines: int = 0
    unposted: int = 0
    edited: int = 0
    duplicates: int = 0
    orphans: int = 0
    billed: int = 0
    approved_quarters: int = 0


def write_bulk_folder(
    folder: Path,
    entries: int,
    *,
    seed: int = 20260601,
    months: int = 3,
    last_month: str = "2026-06",
) -> BulkTotals:
    """Write a csv_folder with `entries` time entries.

    Args:
        folder: created if missing; its csv files are replaced.
        entries: number of time entries, at least 1.
        seed: changes hours and rates, not the shares.
        months: months of work dates, ending with `last_month`.
        last_month: 'YYYY-MM'.

    Returns:
        Counts to compare a reconciliation with.

    Raises:
        ValueError: if `entries` is below 1 or there are fewer than two months.
    """
    if entries < 1:
        raise ValueError("at least one entry is needed")
    timeline = Timeline.of(months, last_month)
    days = pl.Series("day", [day for day in timeline.workdays() if day <= timeline.last.end])
    assert all(is_workday(day) for day in days)
    workers = max(len(ENTITY_CYCLE), entries // _ENTRIES_PER_WORKER)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.csv" for name in _HEADERS}
    for name, header in _HEADERS.items():
        paths[name].write_text(header + "\n", encoding="utf-8")
    _write_fx(folder / "fx_rates.csv")
    totals = BulkTotals()
    for start in range(0, entries, CHUNK):
        chunk = _draw(start, min(start + CHUNK, entries), workers, days, seed, entries)
        totals = _write_chunk(chunk, paths, timeline, totals)
    return totals


def _write_fx(path: Path) -> None:
    rows = "".join(f"{one},{other},{rate}\n" for one, other, rate in _FX)
    path.write_text("from_currency,to_currency,rate\n" + rows, encoding="utf-8")


def _mixed(seed: int, salt: int) -> pl.Expr:
    """A well-spread number per entry: a multiplicative hash of its position, in 62 bits."""
    spread = pl.col("n").cast(pl.UInt64) * 2_654_435_761 + (seed * 97 + salt * 1_000_003)
    return (spread ^ (spread // 65_536)) % 1_000_003


def _draw(
    start: int, end: int, workers: int, days: pl.Series, seed: int, entries: int
) -> pl.DataFrame:
    """One chunk of entries: who, where, when, quarter hours, rates as text."""
    codes = list(ENTITY)
    people = pl.DataFrame(
        {
            "cycle": list(range(len(ENTITY_CYCLE))),
            "legal_entity": list(ENTITY_CYCLE),
            "functional_currency": [ENTITY[code].functional_currency_code for code in ENTITY_CYCLE],
        }
    )
    rates = pl.DataFrame(
        [
            {
                "legal_entity": code,
                "level": level,
                "bill_rate_usd": BILL_RATE_USD[code][level],
                "cost_rate_functional": COST_RATE[code][level],
            }
            for code in codes
            for level in range(len(COST_RATE[code]))
        ]
    )
    rounds = max(1, -(-entries // workers))  # entries per worker, spread over all days
    frame = (
        pl.DataFrame({"n": pl.int_range(start, end, eager=True)})
        .with_columns(worker=pl.col("n") % workers, turn=pl.col("n") // workers)
        .with_columns(
            cycle=pl.col("worker") % len(ENTITY_CYCLE),
            level=(pl.col("worker") // len(ENTITY_CYCLE)) % 4,
            quarters=(_mixed(seed, 1) % 19 + 14).cast(pl.Int64),
            project=(pl.col("worker") // 4 * 3 + (_mixed(seed, 2) % 3).cast(pl.Int64)),
            day_index=(pl.col("turn") * len(days)) // rounds,
        )
        .join(people, on="cycle", how="left", maintain_order="left")
        .join(rates, on=["legal_entity", "level"], how="left", maintain_order="left")
    )
    return frame.with_columns(
        entry_id=pl.format("B{}", pl.col("n").cast(pl.String).str.zfill(9)),
        worker_id=pl.format("W{}", pl.col("worker").cast(pl.String).str.zfill(6)),
        project_id=pl.format("P{}", pl.col("project").cast(pl.String).str.zfill(6)),
        work_date=days.gather(frame["day_index"]),
    )


def _hours(quarters: pl.Expr) -> pl.Expr:
    """Quarter hours as exact text: 29 -> '7.25'; the sign is kept."""
    whole = (quarters.abs() // _HOUR).cast(pl.String)
    rest = ((quarters.abs() % _HOUR) * 25).cast(pl.String).str.zfill(2)
    sign = pl.when(quarters < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str([sign, whole, pl.lit("."), rest])


def _at(every: int, place: int) -> pl.Expr:
    return pl.col("n") % every == place


def _write_chunk(
    chunk: pl.DataFrame, paths: dict[str, Path], timeline: Timeline, totals: BulkTotals
) -> BulkTotals:
    """Append one chunk to the files and add it to the totals."""
    next_day = pl.col("work_date").dt.offset_by("1d")
    changed_on = pl.lit(timeline.now.date()).dt.offset_by("-1d")
    unposted = chunk.filter(_at(UNPOSTED_EVERY, _UNPOSTED_AT))
    posted = chunk.filter(~_at(UNPOSTED_EVERY, _UNPOSTED_AT))
    edited = posted.filter(_at(EDITED_EVERY, _EDITED_AT))
    twice = posted.filter(_at(DUPLICATE_EVERY, _DUPLICATE_AT))
    orphans = chunk.filter(_at(ORPHAN_EVERY, _ORPHAN_AT))
    old = posted.filter(pl.col("work_date") < timeline.last.start)
    _append(paths["entries"], chunk.select(_HEADERS["entries"].split(",")))
    for version, rows, known_on, quarters in (
        (1, chunk, next_day, pl.col("quarters")),
        (2, edited, changed_on, pl.col("quarters") - _HOUR),
    ):
        _append(
            paths["entry_versions"],
            rows.select(
                "entry_id",
                pl.lit(version),
                known_on.alias("known_on"),
                pl.lit("approved").alias("s"),
                _hours(quarters).alias("hours"),
                "project_id",
                pl.lit("True").alias("b"),
            ),
        )
    _write_lines(paths["erp_lines"], posted, twice, orphans)
    month_end = pl.col("work_date").dt.month_end().dt.offset_by("8d").alias("known_on")
    invoice = pl.format("INV-{}-{}", "project_id", _month()).alias("invoice_id")
    _append(paths["billed"], old.select("entry_id", invoice, month_end))
    return replace(
        totals,
        entries=totals.entries + chunk.height,
        versions=totals.versions + chunk.height + edited.height,
        lines=totals.lines + posted.height + twice.height + orphans.height,
        unposted=totals.unposted + unposted.height,
        edited=totals.edited + edited.height,
        duplicates=totals.duplicates + twice.height,
        orphans=totals.orphans + orphans.height,
        billed=totals.billed + old.height,
        approved_quarters=totals.approved_quarters
        + int(chunk["quarters"].sum())
        - _HOUR * edited.height,
    )


def _month() -> pl.Expr:
    """The month of the work date, '2026-06'."""
    return pl.col("work_date").dt.strftime("%Y-%m")


def _write_lines(
    path: Path, posted: pl.DataFrame, twice: pl.DataFrame, orphans: pl.DataFrame
) -> None:
    """Append the ERP lines of one chunk: each posting once, the repeated ones, the manual ones."""
    for rows, key, entry in (
        (posted, pl.format("p:{}:1", "entry_id"), pl.col("entry_id")),
        (twice, pl.format("p:{}:1#dup", "entry_id"), pl.col("entry_id")),
        (orphans, pl.format("manual:JE{}", "n"), pl.lit(None, pl.String).alias("entry_id")),
    ):
        _append(
            path,
            rows.select(
                key.alias("external_id"),
                entry,
                "project_id",
                _hours(pl.col("quarters")).alias("hours"),
                pl.col("work_date").dt.offset_by("2d").alias("known_on"),
                _month().alias("accounting_period"),
            ),
        )


def _append(path: Path, frame: pl.DataFrame) -> None:
    with path.open("ab") as file:
        frame.write_csv(file, include_header=False)
