"""Import files: exactly in the template's format, read back equal, refused rather than rounded."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.nasty.posting_kit import NOW, frame, line
from tests.unit.posting_legacy_files.conftest import plain_template
from tieout.domain.keys import shorten
from tieout.posting.payload import conform, totals_of
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.legacy_files import INDEX_SUFFIX, LegacyFilesWriter, read_files
from tieout.posting.writers.legacy_files_template import Template

BATCH = "legacy-2026-06-US01-time-000001"


def written(rows, **layout):
    """Files of some rows by the template with another layout, and that template."""
    template = Template.model_validate(plain_template(import_file=layout))
    lines = conform(frame(rows))
    header = BatchHeader(
        BATCH, "meridian", "legacy", "time", "US01", "2026-06", NOW, totals_of(lines)
    )
    return LegacyFilesWriter(template).files(lines, header), template


def index_in(files):
    return pl.read_parquet(io.BytesIO(files[BATCH + INDEX_SUFFIX]))


SIDES = [
    {"header": "NR", "source": "line_number"},
    {"header": "BELEG", "constant": "TIE"},
    {"header": "KEY", "source": "posting_key", "length": 30},
    {"header": "DATUM", "source": "accounting_date"},
    {"header": "STUNDEN", "source": "hours", "decimals": 2},
    {"header": "SOLL", "source": "cost_amount_functional", "side": "debit", "decimals": 2},
    {"header": "HABEN", "source": "cost_amount_functional", "side": "credit", "decimals": 2},
    {"header": "WAEHRUNG", "source": "functional_currency_code"},
    {"header": "FAKTURIERBAR", "source": "is_billable"},
    {"header": "TEXT", "source": "memo", "length": 10},
]
GERMAN = {
    "columns": SIDES,
    "encoding": "iso-8859-1",
    "separator": ";",
    "dates": "%d.%m.%Y",
    "decimal_mark": ",",
    "line_end": "crlf",
    "booleans": ["J", "N"],
}


def test_a_file_looks_as_the_template_says():
    key = "R:" + line(1)["posting_key"]
    back = line(1, posting_key=key, hours=Decimal("-1.25"), cost_amount_functional=Decimal(-100))
    files, _ = written([line(1, memo="Grüße;\n€ and more"), back], **GERMAN)
    content = files[f"{BATCH}-001.csv"].decode("iso-8859-1")
    assert content.split("\r\n") == [
        "NR;BELEG;KEY;DATUM;STUNDEN;SOLL;HABEN;WAEHRUNG;FAKTURIERBAR;TEXT",
        f"1;TIE;{shorten(key, 26)};15.06.2026;-1,25;;100,00;USD;J;Design 1",
        f'2;TIE;{shorten(line(1)["posting_key"], 26)};15.06.2026;7,50;600,00;;USD;J;"Grüße; ? a"',
        "",
    ]


def test_the_manifest_names_files_counts_and_totals_per_currency():
    rows = [line(n, cost_amount_functional=Decimal("10.10")) for n in range(5)]
    rows.append(line(9, functional_currency_code="INR", cost_amount_functional=Decimal(7)))
    files, _ = written(rows, rows_max=4)
    manifest = json.loads(files[f"{BATCH}.manifest.json"])
    assert manifest["control_totals"] == {
        "INR": {"amount": "7.0000", "hours": "7.5000", "line_count": 1},
        "USD": {"amount": "50.5000", "hours": "37.5000", "line_count": 5},
    }
    assert [(f["name"], f["line_count"]) for f in manifest["files"]] == [
        (f"{BATCH}-001.csv", 4), (f"{BATCH}-002.csv", 2)
    ]  # fmt: skip
    for entry in manifest["files"]:
        content = files[entry["name"]]
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["bytes"] == len(content)


def test_a_line_that_cannot_be_written_exactly_is_refused_and_the_others_are_not():
    rows = [
        line(1),
        line(2, cost_amount_functional=Decimal("0.0050")),
        line(3, legal_entity_id=None),
        line(4, erp_worker_id="a\nb"),
    ]
    columns = plain_template()["import"]["columns"]
    for column in columns:
        if column["header"] == "AMOUNT":
            column["decimals"] = 2
    files, template = written(rows, columns=columns)
    assert read_files(files, template)["posting_key"].to_list() == [rows[0]["posting_key"]]
    index = index_in(files)
    assert index["refusal"].to_list() == [
        None,
        "AMOUNT_MISMATCH: cost_amount_functional has more than 2 decimals",
        "REF_INVALID: legal_entity_id is empty, and the file needs ENTITY",
        "REF_INVALID: erp_worker_id does not fit into EMPLOYEE",
    ]
    assert index["line_number"].to_list() == [1, None, None, None]
    assert files[f"{BATCH}.not-sent.csv"].count(b"\n") == 4


def test_when_no_line_can_be_written_there_is_no_manifest():
    files, _ = written([line(1, legal_entity_id=None)])
    assert sorted(files) == [BATCH + INDEX_SUFFIX, f"{BATCH}.not-sent.csv"]


def test_the_same_lines_give_the_same_bytes():
    rows = [line(n) for n in range(3)]
    assert written(rows)[0] == written(rows)[0]


def test_a_file_of_another_template_is_not_read():
    files, _ = written([line(1)])
    _, other = written([line(1)], columns=SIDES)
    with pytest.raises(ValueError, match="has the columns"):
        read_files(files, other)


records = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60)
cents = st.integers(-(10**11), 10**11)
layouts = st.fixed_dictionaries({
    "encoding": st.sampled_from(["utf-8", "utf-8-sig", "iso-8859-1", "cp1252", "ascii"]),
    "separator": st.sampled_from([";", "\t", "|"]),
    "quoting": st.sampled_from(["minimal", "all", "never"]),
    "line_end": st.sampled_from(["lf", "crlf"]),
    "dates": st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d"]),
    "decimal_mark": st.sampled_from([".", ","]),
    "header": st.booleans(),
    "rows_max": st.integers(1, 4),
    "columns": st.sampled_from([SIDES, plain_template()["import"]["columns"]]),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    layouts,
    st.lists(st.tuples(records, cents, cents, st.integers(0, 9000), records), max_size=6),
)
def test_what_was_written_is_read_back_equal(layout, given_rows):
    unique = {record: rest for record, *rest in given_rows}
    rows = [
        line(
            record,
            hours=Decimal(hours) / 100,
            cost_amount_functional=Decimal(cost) / 100,
            accounting_date=date(2020, 1, 1) + timedelta(days=days),
            memo=memo,
        )
        for record, (hours, cost, days, memo) in unique.items()
    ]
    files, template = written(rows, **layout)
    index = index_in(files)
    assert index["refusal"].null_count() == index.height
    assert index["file_key"].n_unique() == len(rows)
    read = read_files(files, template)
    expected = index.select(
        pl.col("file_key").alias("posting_key"), "accounting_date", "hours", "amount",
        "currency_code",
    )  # fmt: skip
    assert read.equals(expected)
    length = template.key_length or 0
    assert all(len(key) <= length for key in read["posting_key"])
    plain = index.filter(pl.col("posting_key").str.len_chars() <= length)
    if layout["encoding"].startswith("utf") and layout["quoting"] != "never":
        clean = plain.filter(
            ~pl.col("posting_key").str.contains(r"[\x00-\x1f\x7f-\x9f]|\u2028|\u2029")
        )
        assert clean["file_key"].equals(clean["posting_key"])
