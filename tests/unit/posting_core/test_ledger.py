"""The ledger remembers, refuses and never rewrites."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.nasty.posting_kit import NOW, TARGET, lines, open_gate
from tieout.domain.errors import TieoutError
from tieout.domain.verdict import Finding, Verdict
from tieout.posting import ledger_schema as schema
from tieout.posting.ledger import GENESIS, Ledger
from tieout.posting.ledger_records import Move, NewBatch, Seal
from tieout.posting.ledger_writes import KeyTaken
from tieout.posting.payload import conform, payload_hashes, totals_of
from tieout.posting.states import IllegalMove


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


def test_a_batch_goes_through_its_states_in_a_handful_of_rows(ledger):
    batch = sent(ledger, lines(500))
    ledger.move(batch, [Move(n, n, "acked") for n in range(500)], NOW, {3: "E4"})
    with ledger.reading() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(schema.transitions))
        assert count.scalar_one() == 4
    assert ledger.unfinished(TARGET) == []
    assert ledger.fold(batch).in_state("acked") == list(range(500))


def test_lines_that_differ_have_rows_of_their_own(ledger):
    batch = sent(ledger, lines(5))
    ledger.move(
        batch,
        [
            Move(0, 1, "acked"),
            Move(2, 2, "rejected", "PROJECT_INACTIVE", "Invalid project"),
            Move(4, 4, "acked"),
        ],
        NOW,
    )
    fold = ledger.fold(batch)
    assert [fold.state(seq) for seq in range(5)] == [
        "acked", "acked", "rejected", "sending", "acked",
    ]  # fmt: skip
    assert [b.batch_id for b in ledger.unfinished(TARGET)] == [batch.batch_id]
    assert fold.open_lines == 1


@pytest.mark.parametrize("state", ["acked", "sending", "rejected", "dead"])
def test_a_planned_line_cannot_skip_the_seal(ledger, state):
    batch = plan(ledger, lines(2))
    with pytest.raises(IllegalMove):
        ledger.move(batch, [Move(0, 0, state)], NOW)
    assert ledger.fold(batch).states(0, 1) == {"planned"}


def test_an_illegal_move_stores_none_of_its_companions(ledger):
    batch = sent(ledger, lines(3))
    ledger.move(batch, [Move(0, 0, "acked")], NOW)
    with pytest.raises(IllegalMove):
        ledger.move(batch, [Move(1, 1, "acked"), Move(0, 0, "rejected")], NOW)
    assert ledger.fold(batch).in_state("sending") == [1, 2]


def test_a_key_that_is_open_cannot_be_planned_again(ledger):
    plan(ledger, lines(2))
    with pytest.raises(KeyTaken, match="is planned in batch netsuite-2026-06-US01-time-000001"):
        plan(ledger, lines(1))


def test_a_key_with_another_payload_is_an_error_that_names_both(ledger):
    batch = sent(ledger, lines(1))
    ledger.move(batch, [Move(0, 0, "acked")], NOW)
    other = lines(1, memo="something else")
    first, second = payload_hashes(conform(lines(1)))[0], payload_hashes(conform(other))[0]
    with pytest.raises(KeyTaken, match=f"(?s){first}.*{second}"):
        plan(ledger, other)


def test_a_rejected_key_returns_in_a_new_batch_as_the_next_attempt(ledger):
    batch = sent(ledger, lines(1))
    ledger.move(batch, [Move(0, 0, "rejected", "PERIOD_CLOSED", "closed")], NOW)
    key = lines(1)["posting_key"][0]
    again = plan(ledger, lines(1))
    known = ledger.known([key])[key]
    assert (known.attempt, known.state, known.batch_id) == (2, "planned", again.batch_id)
    assert ledger.fold(batch).state(0) == "rejected"


def test_a_dead_key_returns_only_when_a_person_releases_it(ledger):
    batch = sent(ledger, lines(2))
    ledger.move(batch, [Move(0, 0, "dead", "IN_DOUBT", "given up"), Move(1, 1, "acked")], NOW)
    keys = lines(2)["posting_key"].to_list()
    with pytest.raises(KeyTaken, match="dead"):
        plan(ledger, lines(1))
    assert ledger.release(keys, "ada", "looked into the ERP", NOW) == 1
    assert ledger.release(keys, "ada", "again", NOW) == 0
    assert plan(ledger, lines(1)).batch_no == 2


def test_a_refused_plan_stores_nothing(ledger):
    plan(ledger, lines(1))
    with pytest.raises(KeyTaken):
        plan(ledger, lines(3))
    assert set(ledger.known(lines(3)["posting_key"].to_list())) == {lines(1)["posting_key"][0]}
    assert len(ledger.unfinished(TARGET)) == 1


def test_held_lines_are_void_at_once_with_their_finding(ledger):
    rows = lines(3)
    key = rows["posting_key"][2]
    held = [Finding("hours", "HOURS_OUT_OF_RANGE", "too many", "line", key)]
    batch = plan(ledger, rows, held)
    fold = ledger.fold(batch)
    assert [fold.state(seq) for seq in range(3)] == ["planned", "planned", "void"]
    assert ledger.known([key])[key].reason_code == "HOURS_OUT_OF_RANGE"


def test_history_cannot_be_rewritten_even_by_hand(ledger):
    sent(ledger, lines(1))
    for table in schema.metadata.tables.values():
        column = next(iter(table.columns)).name
        with ledger.reading() as connection:
            count = connection.exec_driver_sql(f"select count(*) from {table.name}").scalar_one()
        for statement in (f"delete from {table.name}", f"update {table.name} set {column} = 1"):
            if count:
                with (
                    pytest.raises(sa.exc.DBAPIError, match="append-only"),
                    ledger.engine.begin() as connection,
                ):
                    connection.exec_driver_sql(statement)


def test_the_store_is_durable_by_its_settings(tmp_path):
    ledger = Ledger.at(tmp_path / "ledger.sqlite")
    with ledger.reading() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("pragma synchronous").scalar_one() == 2
    ledger.close()


def test_a_second_process_sees_what_the_first_one_stored(ledger, ledger_url):
    batch = sent(ledger, lines(3))
    other = Ledger(ledger_url)
    assert other.fold(batch).states(0, 2) == {"sending"}
    ledger.move(batch, [Move(1, 1, "acked")], NOW)
    assert other.fold(batch).in_state("acked") == [1]
    other.close()


def test_a_ledger_of_a_newer_version_is_refused(ledger_url):
    Ledger(ledger_url).close()
    engine = schema.connect(ledger_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    engine.dispose()
    with pytest.raises(TieoutError, match="revision 9999"):
        Ledger(ledger_url)


def test_one_setting_chooses_another_store(tmp_path):
    other = tmp_path / "elsewhere.sqlite"
    Ledger.at(tmp_path / "ledger.sqlite", url=f"sqlite:///{other}").close()
    assert other.exists()
    assert not (tmp_path / "ledger.sqlite").exists()


def test_storage_keys_grow_in_the_order_of_insertion(ledger):
    first, second = plan(ledger, lines(3)), plan(ledger, lines(9).tail(2))
    with ledger.reading() as connection:
        order = "rowid" if ledger.engine.dialect.name == "sqlite" else "ctid"
        rows = connection.execute(sa.select(schema.lines.c.line_id).order_by(sa.text(order)))
        ids = [row[0] for row in rows]
    assert ids == sorted(ids)
    assert {n // schema.LINES_PER_BATCH_MAX for n in ids} == {first.batch_no, second.batch_no}
