"""The ledger finds the lines of entries by its index, on both stores, and reads no other batch."""

from __future__ import annotations

import polars as pl
import pytest

from tests.nasty.posting_kit import NOW, TARGET, frame, line
from tieout.domain.keys import entry_id, parse_posting_key, posting_key, reversal_key
from tieout.domain.verdict import Verdict
from tieout.posting import ledger_reads, standing
from tieout.posting.ledger_entries import entry_of_parts, lines_of_entries, parsed
from tieout.posting.ledger_records import Move, NewBatch
from tieout.posting.payload import conform, payload_hashes, totals_of
from tieout.posting.standing import standing_of, waiting_keys


def plan(ledger, *rows):
    made = conform(frame(rows))
    verdict = Verdict("time", "f", made.height, {"rule": 0})
    new = NewBatch(
        "meridian", TARGET, "time", "US01", "2026-06", "ada", totals_of(made), verdict, 0, NOW
    )
    return ledger.plan(new, made, payload_hashes(made), [])


def acknowledge(ledger, batch):
    for state in ("sealed", "sending", "acked"):
        ledger.move(batch, [Move(0, batch.line_count - 1, state)], NOW)


@pytest.mark.parametrize("key", [
    posting_key("f:1", "t%x", "s", "r:9%", 3, "cost.2"),
    reversal_key(posting_key("meridian", "netsuite", "harvest_us", "7", 1, "cost")),
    "a:b:c:d:v1", "a:b:c:d:vx:e", "a:b:c:d:v1:e:f", "R:a:b:c:v1:d", "", None, "a:b:c:d:v1:",
])  # fmt: skip
def test_a_key_names_the_entry_that_parsing_it_names(key):
    parts = parse_posting_key(key)
    named = parsed(pl.Series("posting_key", [key], dtype=pl.String)).select(entry_of_parts())
    expected = [] if parts is None else [entry_id(parts.source_system, parts.source_record_id)]
    assert named.to_series().to_list() == expected


def test_only_batches_with_the_asked_entries_are_read(ledger, monkeypatch):
    for number in range(5):
        acknowledge(ledger, plan(ledger, line(1000 + number), line(2000 + number)))
    folded = []
    true_fold = ledger_reads.fold
    again = conform(frame([line(1003, version=1781690001), line(7777)]))
    with monkeypatch.context() as patch:
        patch.setattr(standing.reads, "lines_of", lambda *_: pytest.fail("a batch was read"))
        patch.setattr(
            standing.reads, "fold", lambda connection, number, folds: (
                folded.append(number) or true_fold(connection, number, folds)
            ),
        )  # fmt: skip
        waiting = waiting_keys(ledger, again, again.clear())
    assert list(waiting) == [again["posting_key"][0]]
    assert folded == [4]
    assert list(ledger.rivals(again["posting_key"].to_list())) == [again["posting_key"][0]]


def test_the_newest_attempt_of_a_key_speaks(ledger):
    first = plan(ledger, line(1), line(2))
    ledger.move(first, [Move(0, 1, "void")], NOW)
    plan(ledger, line(1))
    found = standing_of(ledger, pl.Series(["harvest_us:1", "harvest_us:2", None]))
    states = dict(found.select("entry_id", "state").iter_rows())
    assert states == {"harvest_us:1": "planned", "harvest_us:2": "void"}
    assert standing_of(ledger, pl.Series([], dtype=pl.String)).is_empty()


def test_a_line_is_found_by_the_entry_of_its_key_too(ledger):
    """A key stands for its entry, whatever the line says its entry is."""
    odd = line(1) | {"entry_id": "harvest_us:other"}
    mixed = line(3) | {"entry_id": None}
    plan(ledger, odd, line(2), mixed)
    with ledger.reading() as connection:
        found = {
            entry: lines_of_entries(connection, pl.Series([entry]))["posting_key"].to_list()
            for entry in ("harvest_us:1", "harvest_us:other", "harvest_us:2", "harvest_us:3")
        }
    assert found["harvest_us:1"] == found["harvest_us:other"] == [odd["posting_key"]]
    assert found["harvest_us:2"] == [line(2)["posting_key"]]
    assert found["harvest_us:3"] == [mixed["posting_key"]]
    other = line(1, version=1781690001)["posting_key"]
    assert ledger.rivals([other])[other].posting_key == odd["posting_key"]


def test_a_version_at_another_target_is_a_rival(ledger):
    acknowledge(ledger, plan(ledger, line(1)))
    elsewhere = line(1, target="sap")["posting_key"]
    assert ledger.rivals([elsewhere])[elsewhere].posting_key == line(1)["posting_key"]
    assert ledger.rivals([line(1)["posting_key"], line(9)["posting_key"]]) == {}
