"""Reading what the ERP answers: what is not understood is no answer, never an absent line."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.posting_legacy_files.conftest import EXPORT, plain_template
from tieout.domain.errors import SystemUnreachable
from tieout.posting.delivery.legacy_files_answers import is_whole, read_books, read_response
from tieout.posting.writers.legacy_files_template import Template

HEADER = "POSTING_KEY,STATUS,DOCUMENT,MESSAGE,POSTING_DATE,HOURS,AMOUNT,CURRENCY"
GOOD = "k,POSTED,D1,,2026-06-15,7.5,600.00,USD"
BOOKS = "POSTING_KEY,DOCUMENT,POSTING_DATE,HOURS,AMOUNT,CURRENCY,STATE,ENTITY,EMPLOYEE,PROJECT,TEXT"


def response(**changes):
    return Template.model_validate(plain_template(response=changes, posted_lines=EXPORT)).response


def read(*rows, end="\n", **changes):
    content = ("\n".join([HEADER, *rows]) + end).encode()
    return read_response(content, "r.csv", response(**changes), "legacy")


def test_a_response_is_read_with_its_figures():
    row = read(GOOD, "l,REJECTED,,Project 7 is blocked,,,,").to_dicts()
    assert row[0]["outcome"] == "accepted"
    assert (row[0]["amount"], row[0]["hours"]) == (Decimal(600), Decimal("7.5"))
    assert (row[1]["outcome"], row[1]["reason_code"]) == ("rejected", "PROJECT_INACTIVE")


@pytest.mark.parametrize("end", ["", "\nl,POST"])
def test_a_row_without_its_end_says_nothing_yet(end):
    assert read(GOOD, end="\n" + "l,POSTED,D2"[: len(end) * 9]).height == 1
    assert read(end=end).height == 0


def test_an_empty_file_says_nothing_yet():
    assert read_response(b"", "r.csv", response(), "legacy").height == 0


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("k,WHAT,D1,,2026-06-15,1,1,USD",), r"row 2: the status 'WHAT' is not in the template"),
        (("k,POSTED,D1,,15.06.2026,1,1,USD",), "row 2: date or amount cannot be read"),
        ((GOOD, "k,POSTED,D1,,2026-06-15,1,1.23456,USD"), "row 3: date or amount"),
        (('k,POSTED,D1,,2026-06-15,1,"1,00",USD,more',), "is no table"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_stops_the_run(rows, message):
    with pytest.raises(SystemUnreachable, match=message):
        read(*rows)


def test_a_missing_column_and_another_encoding_stop_the_run():
    with pytest.raises(SystemUnreachable, match=r"lacks .*AMOUNT"):
        read_response(b"POSTING_KEY,STATUS\nk,POSTED\n", "r.csv", response(), "legacy")
    with pytest.raises(SystemUnreachable, match="is not utf-8"):
        read_response("ü\n".encode("latin-1"), "r.csv", response(), "legacy")


def test_a_trailer_must_be_there_and_count_right():
    def whole(*rows):
        content = "\n".join([HEADER, *rows]).encode() + b"\n"
        return is_whole(content, "r.csv", response(trailer="END"), "legacy")

    assert whole(GOOD, "END,1,,,,,,")
    assert not whole(GOOD)
    assert read(GOOD, trailer="END").height == 0
    assert read(GOOD, "END,1,,,,,,", trailer="END").height == 1
    with pytest.raises(SystemUnreachable, match="trailer counts"):
        whole(GOOD, "END,2,,,,,,")


def test_line_numbers_serve_where_no_key_stands():
    columns = {**plain_template()["response"]["columns"], "line_number": "DOCUMENT"}
    del columns["posting_key"]
    columns["erp_id"] = None
    answers = read("k,POSTED, 7 ,,2026-06-15,7.5,600.00,USD", columns=columns)
    assert answers.select("file_key", "line_number").row(0) == (None, 7)


def test_an_export_is_read_and_one_that_is_cut_off_stops_the_run():
    posted = Template.model_validate(plain_template(posted_lines=EXPORT)).posted_lines
    rows = (f"{BOOKS}\nk,D1,2026-06-15,7.5,-600.00,USD,posted,US01,41,77,x\n"
            ",D2,2026-06-15,0,5.00,USD,draft,US01,,,by hand\n")  # fmt: skip
    assert posted
    books = read_books(rows.encode(), "p.csv", posted, "legacy")
    assert books.select("file_key", "amount", "state").rows() == [("k", Decimal(-600), "posted")]
    with pytest.raises(SystemUnreachable, match="ends within a row"):
        read_books(rows.encode()[:-3], "p.csv", posted, "legacy")


def test_two_sides_are_one_signed_amount():
    export = {**EXPORT, "decimal_mark": ",", "separator": ";", "dates": "%d.%m.%Y"}
    columns = {**EXPORT["columns"], "debit": "AMOUNT", "credit": "HOURS"}
    del columns["amount"], columns["hours"]
    data = plain_template(posted_lines={**export, "columns": columns})
    posted = Template.model_validate(data).posted_lines
    head = BOOKS.replace(",", ";")
    rows = (
        f"{head}\nk;D1;15.06.2026;;1.600,00;USD;posted;;;;\nl;D2;15.06.2026;5,5;;USD;posted;;;;\n"
    )
    assert posted
    books = read_books(rows.encode(), "p.csv", posted, "legacy")
    assert books["amount"].to_list() == [Decimal(1600), Decimal("-5.5")]
