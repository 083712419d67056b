"""Files in our own shapes: what becomes a record, what is set aside, what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.csv_tables.reader import read_shape
from pipelines.csv_tables.shape import (
    Shape,
    amount_column,
    choice_column,
    currency_column,
    day_column,
    text_column,
)
from pipelines.csv_tables.shapes import SHAPES
from pipelines.records import parse_records
from tieout.domain.errors import ContractError

CONTRACTS = Shape(
    "agreements",
    key="agreement_id",
    columns=(
        text_column("agreement_name"),
        choice_column("kind", "fixed", "hourly").required,
        currency_column("currency_code").required,
        amount_column("cap_amount"),
        day_column("start_date"),
    ),
    amount="cap_amount",
)
HEADER = "agreement_id,kind,currency_code,cap_amount,source_version,known_at\n"


def parsed(folder, text):
    (folder / CONTRACTS.file_name).write_text(text)
    return parse_records(CONTRACTS.table, read_shape(folder, CONTRACTS)[1])


def test_history_is_one_record_per_stated_version(tmp_path):
    found = parsed(
        tmp_path,
        HEADER + "A1,fixed,USD,100.50,1,2026-06-01T10:00:00+02:00\nA1,fixed,USD,120,2,2026-06-05\n",
    )
    assert found.rejects == []
    rows = found.table.to_pylist()
    assert [row["id"] for row in rows] == ["A1|1", "A1|2"]
    assert [row["cap_amount"] for row in rows] == [Decimal("100.5000"), Decimal("120.0000")]
    assert rows[0]["stated_known_at"].isoformat() == "2026-06-01T08:00:00"
    assert rows[0]["agreement_name"] is None


def test_a_file_without_versions_is_identified_by_its_key(tmp_path):
    rows = parsed(tmp_path, "agreement_id,kind,currency_code\nA1,Hourly,EUR\n").table.to_pylist()
    assert (rows[0]["id"], rows[0]["kind"], rows[0]["stated_version"]) == ("A1", "hourly", None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A1,monthly,USD,1,1,", "line 2, column kind: 'monthly' is not allowed"),
        ("A1,fixed,usd,1,1,", "column currency_code: 'usd' is no currency"),
        ("A1,fixed,USD,1.00001,1,", "more than 4 decimal places"),
        ("A1,fixed,,1,1,", "column currency_code: the cell is empty"),
        (",fixed,USD,1,1,", "column agreement_id: the cell is empty"),
        ("A1,fixed,USD,1,0,", "column source_version: '0' is no version"),
        ("A1,fixed,USD,1,1,soon", "column known_at: 'soon' is no instant"),
        ("A1,fixed,USD,1,1", "has 5 cells, the header 6"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_place_and_the_others_stay(tmp_path, row, reason):
    found = parsed(tmp_path, HEADER + f"{row}\nA2,fixed,USD,2,1,\n")
    assert [reject.detail for reject in found.rejects if reason in reject.detail]
    assert [row["agreement_id"] for row in found.table.to_pylist()] == ["A2"]


def test_the_second_of_two_equal_rows_is_set_aside(tmp_path):
    found = parsed(tmp_path, HEADER + "A1,fixed,USD,1,1,\nA1,fixed,USD,2,1,\n")
    assert "of line 2; keep one" in found.rejects[0].detail
    assert found.table.to_pylist()[0]["cap_amount"] == Decimal(1)


@pytest.mark.parametrize("header", ["agreement_id,kind", HEADER.strip() + ",colour", "kind,kind"])
def test_a_wrong_header_refuses_the_file(tmp_path, header):
    with pytest.raises(ContractError) as refused:
        parsed(tmp_path, header + "\n")
    assert refused.value.line == 1


def test_a_missing_file_is_no_rows(tmp_path):
    assert read_shape(tmp_path, CONTRACTS) == (b"", [])


def test_shapes_have_names_of_their_own():
    names = [shape.name for shape in SHAPES]
    assert len(names) == len(set(names))
    for shape in SHAPES:
        columns = [column.name for column in shape.all_columns]
        assert len(columns) == len(set(columns)), shape.name


def test_a_time_zone_that_nobody_knows_sets_the_row_aside(tmp_path):
    shape = next(shape for shape in SHAPES if shape.name == "time_entries")
    header = "entry_id,worker_id,project_id,work_date,hours,approval_status,time_zone\n"
    row = "{},W,P,2026-06-30,8,approved,{}\n"
    zones = ("Europe/London", "Mars/Base", "", "../etc/passwd")
    text = "".join(row.format(number, zone) for number, zone in enumerate(zones))
    (tmp_path / shape.file_name).write_text(header + text)
    found = parse_records(shape.table, read_shape(tmp_path, shape)[1])
    assert [kept["time_zone"] for kept in found.table.to_pylist()] == ["Europe/London", None]
    assert len(found.rejects) == 2
