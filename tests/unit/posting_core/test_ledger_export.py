"""The ledger as tables for the marts, and on another store."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import polars as pl

from tests.nasty.posting_kit import NOW, TARGET, World, lines, open_gate
from tieout.domain.verdict import Verdict
from tieout.posting.ledger import GENESIS, Ledger
from tieout.posting.ledger_export import export_ledger
from tieout.posting.ledger_records import Move, NewBatch, Seal, as_runs, instant, microseconds
from tieout.posting.payload import conform, payload_hashes, totals_of
from tieout.warehouse.configuration import LEDGER_TABLES


def plan(ledger, rows, held=()):
    rows = conform(rows)
    totals = totals_of(rows)
    verdict = open_gate("time", rows, totals, {})
    verdict = Verdict("time", verdict.frame_sha256, rows.height, verdict.rules, tuple(held))
    new = NewBatch(
        "meridian", TARGET, "time", "US01", "2026-06", "ada", totals, verdict, len(held), NOW
    )
    return ledger.plan(new, rows, payload_hashes(rows), held)


def sealed(ledger, rows):
    batch = plan(ledger, rows)
    ledger.seal(batch, Seal(batch.batch_id, "a" * 64, GENESIS, ("f.csv",)), NOW)
    return batch


def sent(ledger, rows):
    batch = sealed(ledger, rows)
    ledger.move(batch, [Move(0, rows.height - 1, "sending")], NOW)
    return batch


def shown(difference):
    return pl.DataFrame(
        {"seq": [0], "difference": [difference]}, schema={"seq": pl.Int64, "difference": pl.String}
    )


def test_runs_join_only_neighbours_that_say_the_same():
    moves = [Move(2, 2, "acked"), Move(0, 0, "acked"), Move(1, 1, "acked"), Move(4, 4, "acked")]
    assert as_runs(moves) == [Move(0, 2, "acked"), Move(4, 4, "acked")]
    assert as_runs([Move(0, 0, "acked"), Move(1, 1, "acked", None, "x")])[0].last == 0


def test_instants_are_exact_to_the_microsecond():
    for step in (0, 1, 999_999, 1_000_000):
        moment = NOW + timedelta(microseconds=step)
        assert instant(microseconds(moment)) == moment


def test_an_empty_ledger_exports_typed_empty_tables(ledger):
    tables = export_ledger(ledger)
    for name, declared in LEDGER_TABLES.items():
        if name in tables:
            plain = re.sub(r"\([0-9]+, [0-9]+\)", "", declared)
            names = [part.split()[0] for part in plain.split(", ")]
            assert tables[name].columns == names
            assert tables[name].is_empty()


def test_the_export_has_one_row_per_key_with_its_newest_attempt(ledger):
    batch = sent(ledger, lines(2))
    ledger.move(batch, [Move(0, 0, "acked"), Move(1, 1, "rejected", "TAX_MISSING", "no")], NOW,
                {0: "E1"})  # fmt: skip
    ledger.prove(batch, shown("READ_BACK_DIFFERS: amount"), NOW)
    plan(ledger, lines(2).tail(1))
    exported = export_ledger(ledger)["posting_lines"]
    chosen = exported.select("state", "erp_id", "is_proven", "proof_difference", "batch_id")
    assert chosen.rows() == [
        ("acked", "E1", False, "READ_BACK_DIFFERS: amount", "netsuite-2026-06-US01-time-000001"),
        ("planned", None, False, None, "netsuite-2026-06-US01-time-000002"),
    ]
    assert exported["amount"].sum() == Decimal("1200.0000")
    assert exported.schema["amount"] == pl.Decimal(18, 4)
    ledger.prove(batch, shown(None), NOW)
    assert export_ledger(ledger)["posting_lines"]["is_proven"].to_list() == [True, False]


def test_every_attempt_of_a_batch_counts_in_its_states(ledger):
    batch = sent(ledger, lines(3))
    ledger.move(batch, [Move(0, 0, "acked"), Move(2, 2, "rejected", "TAX_MISSING", "no")], NOW,
                {0: "E1"})  # fmt: skip
    plan(ledger, lines(3).tail(1))
    tables = export_ledger(ledger)
    states = tables["posting_batch_states"]
    assert states.select("batch_id", "state", "line_count", "amount").rows() == [
        ("netsuite-2026-06-US01-time-000001", "acked", 1, Decimal("600.0000")),
        ("netsuite-2026-06-US01-time-000001", "rejected", 1, Decimal("600.0000")),
        ("netsuite-2026-06-US01-time-000001", "sending", 1, Decimal("600.0000")),
        ("netsuite-2026-06-US01-time-000002", "planned", 1, Decimal("600.0000")),
    ]
    sums = states.group_by("batch_id", maintain_order=True).agg(
        pl.col("line_count").sum(), pl.col("hours").sum(), pl.col("amount").sum()
    )
    planned = tables["posting_batches"]
    assert (
        sums.rows()
        == planned.select("batch_id", "line_count", "control_hours", "control_amount").rows()
    )


def test_a_line_in_doubt_is_exported_as_such(ledger):
    sent(ledger, lines(1))
    row = export_ledger(ledger)["posting_lines"].row(0, named=True)
    assert (row["state"], row["reason_code"]) == ("sending", "IN_DOUBT")
    assert row["sent_at"] == NOW.replace(tzinfo=None)
    batch = export_ledger(ledger)["posting_batches"].row(0, named=True)
    assert (batch["state"], batch["control_amount"]) == ("sending", Decimal("600.0000"))


def test_the_same_protocol_runs_on_either_store(tmp_path, ledger_url):
    world = World(tmp_path)
    world.ledger.close()
    world.ledger = Ledger(ledger_url)
    world.erp.moods[lines(2)["posting_key"][1]] = ["lost_ack"]
    report = world.post(lines(5))
    assert (report.accepted, report.already_there, report.proven) == (4, 1, 5)
    assert world.post(lines(5)).planned == 0
    assert export_ledger(world.ledger)["posting_lines"]["is_proven"].all()
    world.ledger.close()
