"""Folders of CSV files: what lands, what is refused as a whole, what is set aside row by row."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.contracts import Window
from pipelines.csv_folder import VENDOR
from pipelines.load import extract_system
from pipelines.records import parse_records
from tieout.config import Home, load_firm
from tieout.domain.errors import ConfigError, ContractError
from tieout.domain.progress import SilentProgress
from tieout.warehouse import Warehouse

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "close" / "data"
NOW = datetime(2026, 7, 11, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / "exported"
    shutil.copytree(GOLDEN, target)
    return target


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def system_of(folder: Path):
    system = load_firm(GOLDEN).systems[0]
    return system.model_copy(update={"options": {"path": str(folder)}})


def read(folder: Path, table: str):
    """The parsed rows and rejects of one file."""
    extractor = VENDOR.extractor(system_of(folder), None, NOW)
    pages = list(extractor.pages(VENDOR.table(table), Window()))
    return parse_records(VENDOR.table(table), [row for page in pages for row in page.records])


def test_the_golden_folder_is_read_as_it_is(folder):
    counts = {table.name: read(folder, table.name).table.num_rows for table in VENDOR.tables}
    assert counts == {
        "entries": 10, "entry_versions": 13, "erp_lines": 16, "billed": 1, "fx_rates": 3,
    }  # fmt: skip
    rate = read(folder, "fx_rates").table.to_pylist()[1]["rate"]
    assert rate == Decimal("0.790345")


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "says"),
    [
        ("entries.csv", "worker_id", "worker", "worker_id", "missing; the column worker not known"),
        ("erp_lines.csv", "known_on", "known_on,colour", "colour", "colour not known"),
        ("billed.csv", "known_on", "entry_id", "known_on", "missing"),
        ("fx_rates.csv", "rate", "rate,rate", "rate", "given twice"),
    ],
)
def test_a_wrong_header_refuses_the_file_and_names_the_column(folder, file, old, new, field, says):
    lines = (folder / file).read_text().splitlines()
    lines[0] = lines[0].replace(old, new)
    (folder / file).write_text("\n".join(lines))
    with pytest.raises(ContractError) as caught:
        read(folder, file.removesuffix(".csv"))
    assert (caught.value.line, caught.value.field) == (1, field)
    assert caught.value.file == str(folder / file)
    assert says in caught.value.problem
    assert "the header is" in caught.value.fix


BAD_ROWS = [
    (
        "entry_versions",
        "approved,7.5,",
        "approved,7;5,",
        "line 3, column hours: '7;5' is no number",
    ),
    (
        "entry_versions",
        "approved,7.5,",
        "approved,NaN,",
        "line 3, column hours: 'NaN' is no number",
    ),
    ("entry_versions", "7.5,P1", "7.55555,P1", "line 3, column hours: '7.55555' has more than 4"),
    (
        "entry_versions",
        "2026-06-10",
        "10/06/2026",
        "line 3, column known_on: '10/06/2026' is no date",
    ),
    ("entry_versions", "rejected", "parked", "line 10, column state: 'parked' is not allowed"),
    ("entry_versions", "T09,1,", "T99,1,", "line 13, column entry_id: there is no entry 'T99'"),
    ("entry_versions", "T09,1,", "T09,one,", "line 13, column version: 'one' is no version"),
    ("entry_versions", "3,INT,False", "3,INT,no", "line 13, column is_billable: 'no' is neither"),
    ("entry_versions", "3,INT,False", "3,INT", "line 13 has 6 cells, the header 7"),
    ("entry_versions", "T05,2,", "T05,1,", "line 8, column entry_id: repeats entry_id and version"),
    ("entries", "T01,US01,USD,W1,P1", "T01,,USD,W1,P1", "line 2, column legal_entity: the cell is"),
    (
        "erp_lines",
        "2026-06-10,2026-06",
        "2026-06-10,June",
        "line 2, column accounting_period: 'June'",
    ),
    ("billed", "T01,INV", "T77,INV", "line 2, column entry_id: there is no entry 'T77'"),
    ("fx_rates", "USD,GBP", "USD,Pound", "line 3, column to_currency: 'Pound' is no currency"),
]


@pytest.mark.parametrize(("table", "old", "new", "says"), BAD_ROWS)
def test_a_bad_row_is_set_aside_with_its_place_and_the_rest_lands(folder, table, old, new, says):
    good = read(folder, table).table.num_rows
    edit(folder, f"{table}.csv", old, new)
    parsed = read(folder, table)
    assert parsed.table.num_rows == good - 1
    (reject,) = parsed.rejects
    assert reject.detail.startswith(f"problem: {table}.csv {says}")


def test_the_same_erp_line_twice_lands_twice(folder):
    with (folder / "erp_lines.csv").open("a") as file:
        file.write(
            "p:T01:1,T01,P1,8,2026-06-10,2026-06\n,,P1,1,2026-06-10,2026-06\n,,P1,1,2026-06-10,2026-06\n"
        )
    ids = read(folder, "erp_lines").table["id"].to_pylist()
    assert len(ids) == len(set(ids)) == 19
    assert {"p:T01:1|1", "p:T01:1|2", "|1", "|2"} <= set(ids)


def test_optional_columns_byte_order_mark_blank_lines_and_windows_line_ends_are_read(folder):
    text = (
        "\ufeffexternal_id,entry_id,project_id,hours,known_on,accounting_period,legal_entity,"
        "bill_rate_usd\r\n\r\n manual:1 ,,P1,2,2026-06-28,2026-06,UK01,99.5\r\n"
    )
    (folder / "erp_lines.csv").write_text(text, encoding="utf-8")
    (row,) = read(folder, "erp_lines").table.to_pylist()
    assert row["external_id"] == "manual:1"
    assert (row["legal_entity"], row["bill_rate_usd"]) == ("UK01", Decimal("99.5"))
    assert row["cost_rate_functional"] is None


def test_files_that_are_no_csv_text_name_the_line(folder):
    (folder / "erp_lines.csv").write_bytes(b"external_id,entry_id\np:\xff,\n")
    with pytest.raises(ContractError, match="no UTF-8 text") as caught:
        read(folder, "erp_lines")
    assert caught.value.line == 2
    (folder / "erp_lines.csv").write_text((GOLDEN / "erp_lines.csv").read_text() + '"p:T01')
    with pytest.raises(ContractError, match="cannot be read"):
        read(folder, "erp_lines")


def test_a_missing_file_is_refused_unless_a_firm_may_have_none(folder):
    system = load_firm(folder).systems[0]
    for name in ("billed.csv", "fx_rates.csv", "erp_lines.csv"):
        (folder / name).unlink()
    extractor = VENDOR.extractor(system, None, NOW)
    for name in ("billed", "fx_rates"):
        assert [list(p.records) for p in extractor.pages(VENDOR.table(name), Window())] == [[]]
    with pytest.raises(ContractError, match="the file is missing"):
        list(extractor.pages(VENDOR.table("erp_lines"), Window()))


def test_a_folder_that_does_not_exist_is_a_configuration_error(folder):
    system = load_firm(folder).systems[0]
    for options in ({}, {"path": "nowhere"}):
        with pytest.raises(ConfigError) as caught:
            VENDOR.extractor(system.model_copy(update={"options": options}), None, NOW)
        assert caught.value.fix


def test_a_second_run_lands_nothing_and_a_removed_row_becomes_a_tombstone(folder, tmp_path):
    firm = load_firm(folder)
    home = Home(tmp_path / "home")

    def extract(now):
        return extract_system(firm, firm.systems[0], home, now, SilentProgress()).tables

    assert sum(counts.landed for counts in extract(NOW).values()) == 43
    again = extract(NOW.replace(day=12))
    assert sum(counts.landed + counts.deleted for counts in again.values()) == 0
    edit(folder, "erp_lines.csv", "manual:JE77,,P1,2,2026-06-28,2026-06\n", "")
    edit(
        folder,
        "entries.csv",
        "T09,US01,USD,W4,INT,2026-06-22,0,80",
        "T09,US01,USD,W4,INT,2026-06-22,0,81",
    )
    changed = extract(NOW.replace(day=13))
    assert (changed["erp_lines"].deleted, changed["entries"].landed) == (1, 1)
    with Warehouse(home).reading() as connection:
        rows = connection.execute(
            "select version, is_deleted from raw_csv_folder.erp_lines"
            " where external_id = 'manual:JE77' order by version"
        ).fetchall()
    assert [row[1] for row in rows] == [False, True]
