"""Bulk folders: exact counts, valid rows, bounded chunks, same bytes for the same seed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tieout.config import load_firm
from tieout.sandbox.firm import bulk
from tieout.sandbox.firm.bulk import BulkTotals, write_bulk_folder

ENTRIES = 25_000


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BulkTotals]:
    """A folder of 25,000 entries."""
    folder = tmp_path_factory.mktemp("bulk")
    return folder, write_bulk_folder(folder, ENTRIES)


def read(folder: Path, name: str) -> pl.DataFrame:
    """One of the files, all text."""
    return pl.read_csv(folder / f"{name}.csv", infer_schema=False)


def test_the_totals_are_what_the_files_hold(written: tuple[Path, BulkTotals]) -> None:
    folder, totals = written
    entries, versions = read(folder, "entries"), read(folder, "entry_versions")
    lines, billed = read(folder, "erp_lines"), read(folder, "billed")
    assert (entries.height, versions.height, lines.height, billed.height) == (
        totals.entries, totals.versions, totals.lines, totals.billed,
    )  # fmt: skip
    assert entries["entry_id"].n_unique() == totals.entries == ENTRIES
    named = set(lines["entry_id"].drop_nulls())
    assert ENTRIES - len(named) == totals.unposted > 0
    assert lines["entry_id"].null_count() == totals.orphans > 0
    assert lines["external_id"].str.ends_with("#dup").sum() == totals.duplicates > 0
    newest = versions.sort("version").unique("entry_id", keep="last")
    quarters = sum(Decimal(text) * 4 for text in newest["hours"])
    assert quarters == totals.approved_quarters


def test_the_product_reads_a_bulk_folder_as_a_firm(written: tuple[Path, BulkTotals]) -> None:
    firm = load_firm(written[0])
    assert {entity.id for entity in firm.entities} == {"US01", "UK01", "IN01"}
    assert [system.vendor for system in firm.systems] == ["csv_folder"]


def test_chunks_change_nothing(
    written: tuple[Path, BulkTotals], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 999)
    assert write_bulk_folder(tmp_path, ENTRIES) == written[1]
    for path in sorted(written[0].glob("*.csv")):
        same = pl.read_csv(path, infer_schema=False).sort(pl.all())
        assert pl.read_csv(tmp_path / path.name, infer_schema=False).sort(pl.all()).equals(same)


def test_another_seed_changes_hours_but_no_count(
    written: tuple[Path, BulkTotals], tmp_path: Path
) -> None:
    other = write_bulk_folder(tmp_path, ENTRIES, seed=5)
    assert other.approved_quarters != written[1].approved_quarters
    assert (other.lines, other.unposted, other.edited) == (
        written[1].lines, written[1].unposted, written[1].edited,
    )  # fmt: skip


@pytest.mark.parametrize("entries", [0, -5])
def test_no_entries_is_refused(entries: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one entry"):
        write_bulk_folder(tmp_path, entries)


def test_a_single_entry_is_a_folder_too(tmp_path: Path) -> None:
    totals = write_bulk_folder(tmp_path, 1)
    assert (totals.entries, totals.lines, totals.unposted) == (1, 1, 0)
    assert read(tmp_path, "entries").height == 1
