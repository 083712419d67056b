"""A group of more lines than one batch takes becomes several batches, and nothing else changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.nasty.posting_kit import NOW, TARGET, World, frame, line, lines, warehouse_of
from tieout.posting import pool as pools
from tieout.posting.audit import Act
from tieout.posting.candidates import groups_of
from tieout.posting.gathering import IN_USE, PREFIX, candidates_folder, gather
from tieout.posting.ledger_parts import group_of
from tieout.posting.oversight import release_batch
from tieout.posting.payload import conform, payload_hashes, totals_of
from tieout.posting.pool import Pool
from tieout.posting.seal import check_chain


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(pools, "LINES_PER_BATCH", 3)
    monkeypatch.setattr(pools, "LINES_IN_MEMORY", 4)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.ledger.close()


def all_batches(world):
    with world.ledger.reading() as connection:
        return group_of(connection, 1)


def test_every_line_is_posted_once_and_the_chain_of_seals_is_whole(world):
    report = world.post(lines(8))
    assert (report.planned, report.sealed, report.accepted, report.proven) == (8, 8, 8, 8)
    assert [batch.line_count for batch in all_batches(world)] == [3, 3, 2]
    seals = world.ledger.seals(TARGET)
    assert check_chain(world.home.outbox, TARGET, seals, "0" * 64) == []
    again = world.post(lines(8))
    assert (again.planned, again.known, again.batches) == (0, 8, [])


def test_totals_of_the_group_that_differ_hold_every_part(world):
    rows = conform(lines(8))
    (group,) = groups_of(rows)
    totals = totals_of(rows)
    report = world.post(rows, totals={group: totals})
    assert report.accepted == 8
    more = conform(lines(16)).tail(8)
    wrong = totals_of(more).minus(totals_of(more.head(1)))
    report = world.post(more, totals={group: wrong})
    assert (report.planned, report.held) == (0, 8)


def test_a_bad_line_holds_no_other_line_of_any_part(world):
    rows = [line(1000 + number, hours=Decimal(25 if number == 4 else 7)) for number in range(8)]
    report = world.post(frame(rows))
    assert (report.accepted, report.held) == (7, 1)


def test_lines_of_one_key_or_entry_stay_in_one_part():
    twice = [line(1000), line(1001), line(1002), line(1002), line(1003), line(1004), line(1005)]
    pool = Pool.of(conform(frame(twice)), TARGET)
    assert [part.totals.line_count for part in pool.parts] == [4, 3]
    versions = [line(1000), line(1001), line(1002, version=1), line(1002, version=2), line(1003)]
    pool = Pool.of(conform(frame(versions)), TARGET)
    assert [part.totals.line_count for part in pool.parts] == [4, 1]


def test_cutting_a_group_does_not_bring_it_below_the_limit_of_a_second_person(world):
    """Each batch moves at most 1,800 USD, all of them 4,800: every one waits."""
    limits = {"USD": Decimal(2000)}
    report = world.post(lines(8), limits=limits)
    assert (report.accepted, len(report.awaiting)) == (0, 3)
    first, *others = [batch.batch_id for batch in all_batches(world)]
    release_batch(world.ledger, world.home.outbox, first, Act("grace", "seen", NOW, "grace"))
    report = world.post(lines(8), limits=limits)
    assert (report.accepted, report.awaiting) == (3, others)
    assert world.post(lines(8), limits={"USD": Decimal(4800)}).awaiting == others


def test_a_group_at_the_limit_is_sent(world):
    assert world.post(lines(8), limits={"USD": Decimal(4800)}).accepted == 8


def test_a_plan_tells_a_group_as_one(world):
    report = world.post(lines(8), plan_only=True, limits={"USD": Decimal(2000)})
    assert [(row.action, row.lines, row.needs_release) for row in report.plan] == [
        ("post", 8, True)
    ]  # fmt: skip


def test_candidates_on_disk_are_the_candidates_in_memory(tmp_path):
    rows = conform(frame([
        *(line(number) for number in range(1000, 1009)),
        *(line(number, legal_entity_id="DE01") for number in range(2000, 2003)),
        *(line(number, period_id="2026-05", work_date=date(2026, 5, 4)) for number in (3000, 3001)),
        line(4000, target="sap"),
    ]))  # fmt: skip
    warehouse = warehouse_of(rows, tmp_path / "w.duckdb")
    in_memory = Pool.of(rows, TARGET)
    with candidates_folder(tmp_path / "outbox") as folder:
        found = gather(warehouse, TARGET, folder)
        assert len([path for path in folder.iterdir() if path.name != IN_USE]) == 4
        assert [part.group for part in found.pool.parts] == [p.group for p in in_memory.parts]
        mine = rows.filter(pl.col("target") == TARGET)
        for one, other in zip(found.pool.parts, in_memory.parts, strict=True):
            assert one.rows().equals(other.rows())
            assert one.payloads().equals(other.payloads())
        payloads = found.pool.payloads(rows["posting_key"]).sort("posting_key")
        assert payloads["posting_key"].to_list() == mine["posting_key"].to_list()
        assert payloads["current"].to_list() == payload_hashes(mine)
        assert found.pool.scan().collect().height == mine.height
        assert set(found.totals) == {part.group for part in found.pool.parts}
    assert not folder.exists()


def test_candidates_of_a_killed_process_are_removed_and_those_in_use_are_not(tmp_path):
    killed = tmp_path / f"{PREFIX}killed"
    killed.mkdir()
    (killed / IN_USE).touch()
    (killed / "0.parquet").write_bytes(b"left")
    with candidates_folder(tmp_path) as first, candidates_folder(tmp_path) as second:
        assert not killed.exists()
        assert first.exists()
        assert second.exists()
    assert not list(tmp_path.glob(f"{PREFIX}*/"))


def test_a_pool_is_posted_as_the_frame_is(world):
    assert world.post(Pool.of(conform(lines(8)), TARGET)).accepted == 8
