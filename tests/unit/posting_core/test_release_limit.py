"""A batch above the limit is sent only when a second person says so."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.nasty.posting_kit import NOW, TARGET, World, frame, line, lines
from tieout.posting.audit import Act, journal
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import export_ledger
from tieout.posting.outbox import folder_of
from tieout.posting.oversight import NotAllowed, above, gross, look_at_release, release_batch
from tieout.posting.seal import SealBroken

LIMIT = {"USD": Decimal("1200.0000")}
BATCH = "netsuite-2026-06-US01-time-000001"
GRACE = Act("grace", "looked at the lines", NOW + timedelta(hours=1), "grace")
ADA = Act("Ada ", "in a hurry", NOW, "ada")


@pytest.fixture
def world(tmp_path, ledger_url):
    made = World(tmp_path)
    made.ledger.close()
    made.ledger = Ledger(ledger_url)
    yield made
    made.ledger.close()


def post(world, rows, **options):
    return world.post(rows, actor="ada", **{"limits": LIMIT, **options})


def test_exactly_the_limit_needs_nobody(world):
    report = post(world, lines(2))
    assert (report.accepted, report.awaiting, report.exit_code) == (2, [], 0)
    batch = export_ledger(world.ledger)["posting_batches"].row(0, named=True)
    assert (batch["release_status"], batch["released_by"]) == ("not_needed", None)


def test_a_batch_above_the_limit_waits_until_a_second_person_releases_it(world):
    report = post(world, lines(3))
    assert (report.sealed, report.accepted, report.awaiting) == (3, 0, [BATCH])
    assert (report.exit_code, world.erp.requests) == (1, [])
    assert post(world, lines(3)).awaiting == [BATCH]
    waiting = export_ledger(world.ledger)["posting_batches"].row(0, named=True)
    assert (waiting["release_status"], waiting["planned_by"]) == ("awaited", "ada")
    release_batch(world.ledger, world.home.outbox, BATCH, GRACE)
    report = post(world, lines(3))
    assert (report.accepted, report.awaiting, report.exit_code) == (3, [], 0)
    batch = export_ledger(world.ledger)["posting_batches"].row(0, named=True)
    assert (batch["release_status"], batch["released_by"], batch["release_reason"]) == (
        "released", "grace", "looked at the lines",
    )  # fmt: skip
    assert batch["released_at"] == GRACE.at.replace(tzinfo=None)


def test_who_planned_a_batch_does_not_release_it_however_the_name_is_written(world):
    post(world, lines(3))
    with pytest.raises(NotAllowed, match="who plans a batch does not release it"):
        release_batch(world.ledger, world.home.outbox, BATCH, Act("ADA", "me", NOW, "ada"))
    with pytest.raises(NotAllowed):
        release_batch(world.ledger, world.home.outbox, BATCH, Act.of(" ada ", "me", NOW))
    assert journal(world.ledger) == []
    assert post(world, lines(3)).awaiting == [BATCH]


def test_a_batch_is_released_once_and_only_while_it_waits(world):
    with pytest.raises(NotAllowed, match="there is no batch nothing"):
        release_batch(world.ledger, world.home.outbox, "nothing", GRACE)
    post(world, lines(1))
    with pytest.raises(NotAllowed, match="does not wait"):
        release_batch(world.ledger, world.home.outbox, BATCH, GRACE)
    post(world, frame([line(n) for n in range(3)]))
    second = BATCH.replace("000001", "000002")
    release_batch(world.ledger, world.home.outbox, second, GRACE)
    with pytest.raises(NotAllowed, match="released by grace already"):
        release_batch(world.ledger, world.home.outbox, second, GRACE)
    assert [row.verb for row in journal(world.ledger)] == ["release"]


def test_files_that_were_touched_are_not_released(world):
    post(world, lines(3))
    batch = world.ledger.batch(BATCH)
    (folder_of(world.home.outbox, batch) / "time.csv").write_text("key,amount\n")
    with pytest.raises(SealBroken, match=r"time\.csv was changed"):
        release_batch(world.ledger, world.home.outbox, BATCH, GRACE)


def test_a_higher_limit_does_not_send_what_waits_but_a_lower_one_catches_what_was_not_sent(world):
    post(world, lines(3))
    assert post(world, lines(3), limits={}).awaiting == [BATCH]
    world.restart()
    post(world, frame([line(n) for n in range(5)]), limits={}, release=False)
    report = post(world, frame([line(n) for n in range(5)]))
    assert len(report.awaiting) == 1
    assert world.erp.requests == []


def test_a_batch_that_was_sent_under_the_limit_is_finished_under_a_lower_one(world):
    world.erp.moods[line(1000)["posting_key"]] = ["lost_ack"]
    true_look_up = world.delivery.look_up
    world.delivery.look_up = lambda keys: {} if world.erp.requests else true_look_up(keys)
    world.erp.moods[line(1001)["posting_key"]] = ["down"]
    post(world, lines(2))
    world.delivery.look_up = true_look_up
    report = post(world, lines(2), limits={"USD": Decimal(1)})
    assert report.awaiting == []
    assert {world.state_of(key) for key in lines(2)["posting_key"]} == {"acked"}


def test_the_limit_is_on_what_moves_not_on_what_is_left():
    there_and_back = frame([
        line(1, cost_amount_functional=Decimal(900)), line(2, cost_amount_functional=Decimal(-900)),
    ])  # fmt: skip
    moved = gross(there_and_back, "cost_amount_functional", "functional_currency_code")
    assert moved == {"USD": Decimal("1800.0000")}
    assert above(moved, LIMIT)
    assert not above({"GBP": Decimal(10**9)}, LIMIT)


def test_the_preview_of_a_release_changes_nothing(world):
    post(world, lines(3))
    before = export_ledger(world.ledger)
    found = look_at_release(world.ledger, world.home.outbox, BATCH, GRACE)
    assert (found.line_count, found.amounts, found.limits) == (
        3, {"USD": "1800.0000"}, {"USD": "1200.0000"},
    )  # fmt: skip
    after = export_ledger(world.ledger)
    assert all(before[name].equals(after[name]) for name in before)
    assert journal(world.ledger) == []


def test_a_plan_says_which_lines_would_wait_for_a_second_person(world):
    rows = frame([*(line(n) for n in range(3)), line(9, hours=Decimal(25))])
    plan = post(world, rows, plan_only=True).plan
    assert [(row.action, row.reason_code, row.lines, row.needs_release) for row in plan] == [
        ("post", "", 3, True), ("hold", "HOURS_OUT_OF_RANGE", 1, False),
    ]  # fmt: skip
    assert plan[0].as_row()["cost"] == "1800.0000 USD"
    post(world, rows)
    plan = post(world, frame([line(0), line(1)]), plan_only=True).plan
    assert [(row.action, row.lines, row.batch_id) for row in plan] == [
        ("await release", 2, BATCH), ("withdraw", 1, BATCH),
    ]  # fmt: skip
    assert plan[0].target == TARGET
