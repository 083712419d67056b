"""The journal tells of every act and shows every touch; so do the sealed files."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tests.nasty.posting_kit import NOW, TARGET, World, frame, line, lines
from tieout.domain.errors import ConfigError
from tieout.posting import oversight_schema as schema
from tieout.posting.audit import ACTOR_VARIABLE, Act, actor_name, check_journal, journal, note
from tieout.posting.evidence import chains, is_older
from tieout.posting.history import history, keys_of_entry
from tieout.posting.interventions import replan, void
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_schema import connect
from tieout.posting.migrations import upgrade
from tieout.posting.outbox import folder_of
from tieout.posting.oversight import release_batch

BATCH = "netsuite-2026-06-US01-time-000001"
GRACE = Act("grace", "looked at the lines", NOW + timedelta(hours=1), "grace")


def act(ledger, verb, subject):
    note(ledger, GRACE, verb, subject, {"lines": 3, "amounts": {"USD": Decimal("1.50")}})


def rewrite(ledger, *statements):
    """A hand that has the rights to take the guards away."""
    with ledger.engine.begin() as connection:
        for verb in ("update", "delete"):
            on = "" if ledger.engine.dialect.name == "sqlite" else " on audit"
            connection.exec_driver_sql(f"drop trigger audit_no_{verb}{on}")
        for statement in statements:
            connection.execute(sa.text(statement))


def test_every_row_follows_the_one_before_it(ledger):
    for verb in ("release", "void", "reverse"):
        act(ledger, verb, BATCH)
    rows = journal(ledger)
    assert [(row.verb, row.actor, row.reason, row.at) for row in rows] == [
        (verb, "grace", "looked at the lines", GRACE.at) for verb in ("release", "void", "reverse")
    ]
    assert rows[0].details == {"amounts": {"USD": "1.50"}, "lines": 3}
    assert check_journal(ledger) == (3, [])


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update audit set actor = 'ada' where audit_id = 2", "audit row 2 (void b): was changed"),
        ("update audit set reason = 'other' where audit_id = 1", "audit row 1 (release b): was ch"),
        ("update audit set details = '{}' where audit_id = 3", "audit row 3 (reverse b): was cha"),
        ("delete from audit where audit_id = 2", "audit row 3 (reverse b): does not follow"),
        ("delete from audit where audit_id = 1", "audit row 2 (void b): does not follow"),
    ],
)
def test_every_touch_of_the_journal_is_seen_first_break_first(ledger, statement, told):
    for verb in ("release", "void", "reverse"):
        act(ledger, verb, "b")
    rewrite(ledger, statement)
    assert check_journal(ledger)[1][0].startswith(told)


def test_a_decision_whose_journal_was_cut_off_is_seen(tmp_path):
    world = World(tmp_path)
    world.post(lines(3), limits={"USD": Decimal(1)}, actor="ada")
    release_batch(world.ledger, world.home.outbox, BATCH, GRACE)
    assert check_journal(world.ledger) == (1, [])
    rewrite(world.ledger, "delete from audit")
    assert check_journal(world.ledger) == (
        0, ["batch_releases of batch 1 by grace: no row of the journal tells of it"],
    )  # fmt: skip
    world.ledger.close()


def test_evidence_names_the_first_broken_link_of_each_chain(tmp_path):
    world = World(tmp_path)
    for count in (1, 3):
        world.post(lines(count))
    act(world.ledger, "void", "b")
    sound = list(chains(world.ledger, world.home.outbox))
    assert [(chain.name, chain.links, chain.problems) for chain in sound] == [
        (f"sealed files of {TARGET}", 2, ()), ("audit journal", 1, ()),
    ]  # fmt: skip
    (folder_of(world.home.outbox, world.ledger.batch(BATCH)) / "time.csv").write_text("")
    rewrite(world.ledger, "update audit set verb = 'release'")
    broken = list(chains(world.ledger, world.home.outbox))
    assert broken[0].problems == (f"{BATCH}: time.csv was changed",)
    assert broken[1].problems == ("audit row 1 (release b): was changed",)
    world.ledger.close()


def test_a_name_is_the_given_one_else_the_setting_else_the_login(monkeypatch):
    monkeypatch.setenv(ACTOR_VARIABLE, "scheduler")
    assert (actor_name(" grace "), actor_name()) == ("grace", "scheduler")
    monkeypatch.delenv(ACTOR_VARIABLE)
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    assert Act.of("", "why", NOW) == Act("ada", "why", NOW, "ada")
    assert Act.of("grace", "why", NOW).login == "ada"


@pytest.mark.parametrize(
    ("actor", "reason"), [("a", ""), ("a", "  "), ("a\nb", "x"), ("a", "x" * 501)]
)
def test_an_act_without_a_plain_reason_is_refused(actor, reason):
    with pytest.raises(ConfigError):
        Act.of(actor, reason, NOW)


def test_a_ledger_of_the_second_revision_gets_the_tables_and_keeps_its_lines(ledger_url, tmp_path):
    engine = connect(ledger_url)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        upgrade(connection, "0002")
    engine.dispose()
    path = tmp_path / "ledger.sqlite"
    assert is_older(path, ledger_url)
    ledger = Ledger(ledger_url)
    assert not is_older(path, ledger_url)
    act(ledger, "void", "b")
    for statement in ("delete from audit", "update audit set actor = 'x'"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), ledger.engine.begin() as other:
            other.exec_driver_sql(statement)
    for table in (schema.holds, schema.batch_releases, schema.requests):
        assert sa.inspect(ledger.engine).has_table(table.name)
    ledger.close()


def test_the_history_of_an_entry_holds_every_step_in_order(tmp_path):
    world = World(tmp_path)
    world.erp.moods[line(1000)["posting_key"]] = ["reject"]
    world.post(lines(3), limits={"USD": Decimal(1)}, actor="ada")
    release_batch(world.ledger, world.home.outbox, BATCH, GRACE)
    world.post(lines(3), now=NOW + timedelta(hours=2))
    key = line(1000)["posting_key"]
    replan(world.ledger, [key], Act("ada", "project opened", NOW + timedelta(hours=3), "a"), BATCH)
    world.post(lines(3), now=NOW + timedelta(hours=4))
    assert keys_of_entry(world.ledger, "harvest_us:1000") == [key]
    assert keys_of_entry(world.ledger, "harvest_us:100") == []
    assert keys_of_entry(world.ledger, key) == [key]
    events = history(world.ledger, world.home.outbox, [key])
    assert [event.event for event in events] == [
        "planned", "sealed", "files", "awaits release", "released", "sending", "rejected",
        "replay allowed", "planned", "sealed", "sending", "acked", "files", "read back",
    ]  # fmt: skip
    told = {event.event: event.detail for event in events}
    assert "time.csv sha256 " in told["files"]
    assert told["released"] == "by grace: looked at the lines"
    assert told["rejected"] == "PROJECT_INACTIVE; Invalid project"
    assert told["acked"].startswith("ERP id ")
    assert told["planned"] == "by tieout"
    void_of = frame([line(2000)])
    world.post(void_of, release=False)
    void(world.ledger, void_of["posting_key"][0], GRACE)
    last = history(world.ledger, world.home.outbox, void_of["posting_key"].to_list())
    assert {"void asked", "void"} <= {event.event for event in last}
    world.ledger.close()
