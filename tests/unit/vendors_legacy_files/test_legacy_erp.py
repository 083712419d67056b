"""The emulated legacy ERP: what it takes, refuses and says, seen without the product's own code."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date

import pytest

from tieout.sandbox.vendors.legacy_files import LegacyErp
from tieout.sandbox.vendors.legacy_files_dialect import Dialect

HEADER = "LINE,POSTING_KEY,ENTITY,POSTING_DATE,EMPLOYEE,PROJECT,HOURS,AMOUNT,CURRENCY,TEXT\n"
GOOD = "1,k:1,US01,2026-06-15,41,77,7.5,600.00,USD,Design\n"
BACK = "2,R:k:1,US01,2026-06-16,41,77,-7.5,-600.00,USD,Design\n"


@pytest.fixture
def erp(tmp_path):
    return LegacyErp(tmp_path)


def drop(erp, rows, batch="b-000001", **changes):
    content = (HEADER + rows).encode()
    (erp.drop / f"{batch}-001.csv").write_bytes(content)
    facts = {
        "batch_id": batch,
        "line_count": rows.count("\n"),
        "control_totals": {"USD": {"amount": "600.00"}},
        "files": [
            {"name": f"{batch}-001.csv", "sha256": hashlib.sha256(content).hexdigest()},
        ],
        **changes,
    }
    (erp.drop / f"{batch}.manifest.json").write_text(json.dumps(facts))


def answers(erp, name="b-000001.response.csv"):
    with (erp.out / name).open() as file:
        return list(csv.DictReader(file))


def test_files_without_a_manifest_are_left_alone(erp):
    (erp.drop / "b-000001-001.csv").write_text(HEADER + GOOD)
    erp.run()
    assert (erp.books, erp.taken) == ([], [])
    assert [path.name for path in erp.drop.iterdir()] == ["b-000001-001.csv"]


def test_a_batch_is_posted_answered_and_taken_away(erp):
    drop(erp, GOOD)
    erp.run()
    (answer,) = answers(erp)
    assert (answer["STATUS"], answer["DOCUMENT"], answer["AMOUNT"]) == (
        "POSTED", "D000001", "600.00"
    )  # fmt: skip
    assert list(erp.drop.iterdir()) == []
    assert LegacyErp(erp.folder).books == erp.books
    erp.run()
    assert len(erp.books) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"line_count": 2}, "line count differs"),
        ({"control_totals": {"USD": {"amount": "1"}}}, "control total differs"),
        ({"files": [{"name": "b-000001-001.csv", "sha256": "0"}]}, "checksum of b-000001-001.csv"),
    ],
)
def test_a_batch_that_is_not_as_its_manifest_says_is_refused_whole(erp, changes, message):
    drop(erp, GOOD, **changes)
    erp.run()
    (answer,) = answers(erp)
    assert answer["STATUS"] == "REJECTED"
    assert message in answer["MESSAGE"]
    assert erp.books == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"first_open_day": date(2026, 6, 16)}, "Period of 2026-06-15 is closed"),
        ({"workers": {"42"}}, "Employee 41 not found"),
        ({"projects": {"78"}}, "Project 77 is blocked"),
    ],
)
def test_lines_are_refused_in_the_erps_words(tmp_path, settings, message):
    erp = LegacyErp(tmp_path, **settings)
    drop(erp, GOOD)
    erp.run()
    assert [row["MESSAGE"] for row in answers(erp)] == [message]
    assert erp.books == []


def test_a_shifted_line_is_posted_on_the_first_open_day(tmp_path):
    erp = LegacyErp(tmp_path, first_open_day=date(2026, 7, 1), shifts_dates=True)
    drop(erp, GOOD)
    erp.run()
    assert [line["date"] for line in erp.books] == ["2026-07-01"]
    assert answers(erp)[0]["POSTING_DATE"] == "2026-07-01"


@pytest.mark.parametrize(
    ("refuses", "lines", "status"), [(True, 1, "DUPLICATE"), (False, 2, "POSTED")]
)
def test_a_batch_taken_twice_is_posted_twice_unless_keys_are_unique(
    tmp_path, refuses, lines, status
):
    erp = LegacyErp(tmp_path, refuses_duplicates=refuses, habits=["taken_twice"])
    drop(erp, GOOD)
    erp.run()
    assert len(erp.books) == lines
    assert [row["STATUS"] for row in answers(erp)] == ["POSTED", status]


@pytest.mark.parametrize(
    ("habit", "now", "later"),
    [
        ("", 2, 2), ("late", 0, 2), ("lost", 0, 0), ("partial", 1, 2), ("repeated", 4, 4),
        ("strangers", 4, 4), ("purged", 2, 2),
    ],
)  # fmt: skip
def test_habits(erp, habit, now, later):
    def count():
        return sum(len(answers(erp, path.name)) for path in erp.out.iterdir())

    erp.habits = [habit] if habit else []
    drop(erp, GOOD + BACK, control_totals={"USD": {"amount": "0.00"}})
    erp.run()
    assert count() == now
    erp.answer_late()
    assert count() == later
    assert len(erp.books) == 2


def test_a_file_that_is_cut_off_is_whole_later(erp):
    erp.habits = ["cut_off"]
    drop(erp, GOOD)
    erp.run()
    path = erp.out / "b-000001.response.csv"
    assert not path.read_bytes().endswith(b"\n")
    erp.answer_late()
    assert path.read_bytes().endswith(b"\n")


def test_a_habit_that_nobody_knows_is_a_mistake_of_the_test(erp):
    erp.habits = ["polite"]
    drop(erp, GOOD)
    with pytest.raises(ValueError, match="polite"):
        erp.run()


def test_refused_lines_may_be_purged(tmp_path):
    erp = LegacyErp(tmp_path, workers=set(), habits=["purged"], dialect=Dialect(trailer="END"))
    drop(erp, GOOD)
    erp.run()
    assert (erp.out / "b-000001.response.csv").read_text().splitlines()[1:] == ["END,0,,,,,,,"]


def test_sides_of_an_amount_and_a_decimal_comma_are_read():
    headers = {"key": "K", "date": "D", "debit": "S", "credit": "H"}
    dialect = Dialect(
        encoding="cp1252", separator=";", dates="%d.%m.%Y", decimal_mark=",", headers=headers
    )
    rows = dialect.read("K;D;S;H\r\né;01.06.2026;1,50;\r\nb;01.06.2026;;2,00\r\n".encode("cp1252"))
    assert [row["key"] for row in rows] == ["é", "b"]
    assert [str(dialect.amount(row)) for row in rows] == ["1.50", "-2.00"]
    assert dialect.day(rows[0]["date"]) == date(2026, 6, 1)


def test_the_export_lists_the_books(erp):
    drop(erp, GOOD)
    erp.run()
    erp.export()
    (line,) = answers(erp, "posted_lines.csv")
    assert (line["DOCUMENT"], line["STATE"], line["EMPLOYEE"]) == ("D000001", "posted", "41")
