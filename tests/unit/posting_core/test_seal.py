"""A sealed folder is whole, repeatable, chained, and tells when it was touched."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.nasty.posting_kit import NOW, TARGET, CsvWriter, World, lines
from tieout.domain.control_totals import ControlTotals
from tieout.posting.ledger import GENESIS
from tieout.posting.ledger_records import StoredBatch
from tieout.posting.outbox import folder_of, highest_number
from tieout.posting.payload import conform, totals_of
from tieout.posting.seal import (
    LINES,
    MANIFEST,
    SealBroken,
    check_chain,
    check_folder,
    open_sealed,
    seal_batch,
)


def batch_of(rows, number=1, totals=None):
    return StoredBatch(
        batch_no=number,
        batch_id=f"netsuite-2026-06-US01-time-{number:06d}",
        firm_id="meridian",
        target=TARGET,
        stream="time",
        legal_entity_id="US01",
        period_id="2026-06",
        actor="ada",
        line_count=rows.height,
        totals=totals or totals_of(rows),
        gate_evaluated=rows.height,
        gate_quarantined=0,
        gate_rules={"hours": 0},
        frame_sha256="f" * 64,
        created_at=NOW,
    )


def seal(outbox, rows, **options):
    batch = batch_of(rows, **options)
    return batch, seal_batch(outbox, batch, rows, CsvWriter(), GENESIS, NOW)


def test_the_same_lines_give_the_same_bytes(tmp_path):
    rows = conform(lines(20))
    batch, first = seal(tmp_path / "a", rows)
    _, second = seal(tmp_path / "b", rows)
    assert first == second
    for name in first.file_names:
        one = folder_of(tmp_path / "a", batch) / name
        assert one.read_bytes() == (folder_of(tmp_path / "b", batch) / name).read_bytes()


def test_the_manifest_holds_totals_hashes_and_who(tmp_path):
    batch, made = seal(tmp_path, conform(lines(2)))
    manifest = json.loads((folder_of(tmp_path, batch) / MANIFEST).read_bytes())
    assert manifest["control_totals"] == {
        "count": 2,
        "hours": "15.0000",
        "cost_amount_by_currency": {"USD": "1200.0000"},
    }
    assert [entry["name"] for entry in manifest["files"]] == [LINES, "time.csv"]
    assert manifest["sealed_by"] == "ada"
    assert manifest["previous_manifest_sha256"] == GENESIS
    assert made.file_names == (LINES, MANIFEST, "time.csv")


def test_the_lines_come_back_exactly(tmp_path):
    rows = conform(lines(7))
    batch, made = seal(tmp_path, rows)
    assert open_sealed(tmp_path, batch, made).equals(rows)


def test_lines_that_do_not_sum_to_the_plan_are_not_sealed(tmp_path):
    rows = conform(lines(2))
    planned = ControlTotals(2, Decimal(15), {"USD": Decimal("1200.01")})
    with pytest.raises(SealBroken, match="differ from the plan in USD"):
        seal(tmp_path, rows, totals=planned)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("touch", "told"),
    [
        (lambda f: (f / "time.csv").write_text("key,amount\n"), "time.csv was changed"),
        (lambda f: (f / "time.csv").unlink(), "time.csv is missing"),
        (lambda f: (f / "more.csv").write_text(""), "more.csv was added"),
        (lambda f: (f / LINES).write_bytes(b"PAR1"), "lines.parquet was changed"),
        (lambda f: (f / MANIFEST).write_text("{}"), "not the one that was sealed"),
        (lambda f: (f / MANIFEST).unlink(), "there is no manifest.json"),
    ],
)
def test_every_touch_is_seen(tmp_path, touch, told):
    batch, made = seal(tmp_path, conform(lines(3)))
    assert check_folder(folder_of(tmp_path, batch), made) == []
    touch(folder_of(tmp_path, batch))
    with pytest.raises(SealBroken, match=told):
        open_sealed(tmp_path, batch, made)


def test_a_writer_cannot_leave_the_folder_or_pose_as_the_manifest(tmp_path):
    class Strange:
        def __init__(self, *names):
            self.names = names

        def files(self, rows, header):
            return dict.fromkeys(self.names, b"")

    rows = conform(lines(1))
    for names in (("../out.csv",), (MANIFEST,), (LINES,), ()):
        with pytest.raises(ValueError, match="named its files"):
            seal_batch(tmp_path, batch_of(rows), rows, Strange(*names), GENESIS, NOW)


def test_a_folder_that_stands_in_the_way_is_set_aside_not_overwritten(tmp_path):
    rows = conform(lines(2))
    batch, made = seal(tmp_path, rows)
    kept = (folder_of(tmp_path, batch) / "time.csv").read_bytes()
    seal(tmp_path, conform(lines(3)))
    aside = [f for f in (tmp_path / TARGET).iterdir() if f.name.startswith(".void-")]
    assert [(f / "time.csv").read_bytes() for f in aside] == [kept]
    assert check_folder(folder_of(tmp_path, batch), made) != []


def test_numbers_of_folders_are_in_use_whether_they_stand_or_were_set_aside(tmp_path):
    assert highest_number(tmp_path / "none") == 0
    batch, _ = seal(tmp_path, conform(lines(2)))
    assert highest_number(tmp_path) == 1
    folder = folder_of(tmp_path, batch)
    folder.rename(folder.with_name(f".void-{TARGET}-2026-06-US01-time-000007-1790000000000000000"))
    (tmp_path / TARGET / "read-me").mkdir()
    assert highest_number(tmp_path) == 7


@pytest.fixture
def chained(tmp_path):
    world = World(tmp_path)
    for count in (1, 3, 5):
        world.post(lines(count))
    yield world
    world.ledger.close()


def chain(world):
    return check_chain(world.home.outbox, TARGET, world.ledger.seals(TARGET), GENESIS)


def test_each_manifest_names_the_one_before_it(chained):
    seals = chained.ledger.seals(TARGET)
    assert [seal.previous_sha256 for seal in seals] == [
        GENESIS,
        *(seal.manifest_sha256 for seal in seals[:-1]),
    ]
    assert chain(chained) == []


def test_a_batch_taken_out_of_the_ledgers_chain_is_seen(chained):
    seals = chained.ledger.seals(TARGET)
    del seals[1]
    told = check_chain(chained.home.outbox, TARGET, seals, GENESIS)
    assert told == ["netsuite-2026-06-US01-time-000003: does not follow the batch before it"]


def test_a_touched_file_anywhere_in_the_chain_is_seen(chained):
    folder = chained.home.outbox / TARGET / chained.ledger.seals(TARGET)[0].batch_id
    (folder / "time.csv").write_text("nothing\n")
    assert chain(chained) == ["netsuite-2026-06-US01-time-000001: time.csv was changed"]


def test_a_batch_whose_seal_is_broken_is_never_sent_but_planned_again(tmp_path):
    world = World(tmp_path)
    world.post(lines(3), release=False)
    (seal_of_batch,) = world.ledger.seals(TARGET)
    folder = world.home.outbox / TARGET / seal_of_batch.batch_id
    content = (folder / "time.csv").read_bytes()
    (folder / "time.csv").write_bytes(content.replace(b"600", b"900"))
    report = world.post(lines(3))
    assert "time.csv was changed" in report.problems[0]
    assert (report.withdrawn, report.planned, report.accepted, report.exit_code) == (3, 3, 3, 1)
    assert {found.amount for found in world.erp.objects} == {Decimal(600)}
    assert world.post(lines(3)).exit_code == 0
    world.ledger.close()
