"""The protocol in another ERP's dialect: short keys, two sides, answers by line number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.nasty.posting_kit import frame, line, reversal
from tests.unit.posting_legacy_files.conftest import EXPORT, TARGET, plain_template
from tests.unit.posting_legacy_files.test_legacy_files_writer import GERMAN
from tieout.posting.ledger_export import posting_lines
from tieout.sandbox.vendors.legacy_files_dialect import Dialect

HEADERS = {
    "line_number": "NR",
    "key": "KEY",
    "date": "DATUM",
    "hours": "STUNDEN",
    "debit": "SOLL",
    "credit": "HABEN",
    "currency": "WAEHRUNG",
    "text": "TEXT",
}
FORMAT = {
    "encoding": "iso-8859-1",
    "separator": ";",
    "dates": "%d.%m.%Y",
    "decimal_mark": ",",
    "line_end": "crlf",
}


def german(**response):
    columns = {**plain_template()["response"]["columns"], **response}
    columns = {name: header for name, header in columns.items() if header}
    words = {"accepted": ["GEBUCHT"], "already_there": ["DOPPELT"], "rejected": ["FEHLER"]}
    return plain_template(
        import_file=GERMAN, response={**FORMAT, **words, "columns": columns, "trailer": "ENDE"}
    )


def dialect(**changes):
    return Dialect(
        encoding="iso-8859-1", separator=";", newline="\r\n", dates="%d.%m.%Y", decimal_mark=",",
        headers=HEADERS, words={"posted": "GEBUCHT", "duplicate": "DOPPELT", "rejected": "FEHLER"},
        trailer="ENDE", **changes,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answers_by", "columns"),
    [("key", {}), ("line_number", {"line_number": "LINE"}),
     ("line_number", {"line_number": "LINE", "posting_key": ""})],
)  # fmt: skip
def test_short_keys_and_line_numbers_lead_back_to_the_lines(
    make_place, make_lines, answers_by, columns
):
    place = make_place(german(**columns), answer_seconds=1)
    place.erp.dialect = dialect(answers_by=answers_by)
    posted_elsewhere = line("earlier", target=TARGET)
    report = place.post(make_lines(3).vstack(frame([reversal(posted_elsewhere)])))
    assert (report.accepted, report.proven, report.exit_code) == (4, 4, 0)
    assert all(len(line["key"]) == 26 for line in place.erp.books)
    assert sorted(line["amount"] for line in place.erp.books) == ["-600,00", *["600,00"] * 3]


def test_a_line_that_no_file_can_hold_is_refused_with_its_reason(make_place, make_lines):
    place = make_place(german(), answer_seconds=1)
    place.erp.dialect = dialect()
    odd = make_lines(1, posting_key="a:legacy:s:1:v1:cost", hours=Decimal("0.125"))
    report = place.post(make_lines(2).vstack(odd))
    assert (report.accepted, report.rejected, report.proven) == (2, 1, 2)
    refused = posting_lines(place.ledger).filter(state="rejected")
    assert refused["reason_code"].to_list() == ["AMOUNT_MISMATCH"]
    assert len(place.posted()) == 2


def test_a_batch_of_such_lines_only_is_never_dropped(make_place, make_lines):
    place = make_place(german(), answer_seconds=1)
    report = place.post(make_lines(2, hours=Decimal("0.125")))
    assert (report.rejected, report.accepted) == (2, 0)
    assert place.erp.taken == []
    assert list(place.erp.drop.iterdir()) == []


def test_figures_that_the_erp_keeps_nowhere_are_taken_as_sent(make_place, make_lines):
    place = make_place(german(hours="", currency_code=""), answer_seconds=1)
    place.erp.dialect = dialect()
    report = place.post(make_lines(2))
    assert (report.accepted, report.proven, report.exit_code) == (2, 2, 0)


def test_a_refusal_is_not_believed_when_the_books_show_the_line(make_place, make_lines):
    place = make_place(plain_template(posted_lines=EXPORT))
    rows = make_lines(2)
    place.post(rows)
    (batch,) = place.post(rows).batches
    place.erp.run()
    place.erp.export()
    path = place.erp.out / f"{batch}.response.csv"
    path.write_text(path.read_text().replace("POSTED", "REJECTED"))
    report = place.post(rows)
    assert (report.already_there, report.rejected, report.proven) == (2, 0, 2)
