"""Show, trace and doctor read the ledger itself, in formats that pipe."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

from tests.nasty.group_model import Entry, GroupOffers
from tests.nasty.posting_kit import line, lines
from tieout.domain.period import Period
from tieout.posting.ledger_schema import connect
from tieout.posting.migrations import upgrade
from tieout.posting.outbox import folder_of

BATCH = "netsuite-2026-06-US01-time-000001"


def test_batches_are_listed_with_state_totals_hash_and_who(tieout, world):
    world.post(lines(3), limits={"USD": Decimal(1)}, actor="ada")
    world.post(lines(2, period_id="2026-05", version=5), actor="ada", period=Period("2026-05"))
    code, out, _ = tieout("post", "show", "--format", "json")
    first, second = json.loads(out)
    assert code == 0
    assert (first["batch_id"], first["state"], first["lines"], first["hours"]) == (
        BATCH, "sealed", 3, "22.5000",
    )  # fmt: skip
    assert (first["cost"], first["release"], first["planned_by"]) == (
        "1800.0000 USD", "awaited", "ada",
    )  # fmt: skip
    assert len(first["sha256"]) == 64
    assert (second["state"], second["line_states"], second["release"]) == ("acked", "2 acked", "")
    code, out, _ = tieout("post", "show", "--period", "2026-05", "--format", "csv")
    assert [row["state"] for row in csv.DictReader(io.StringIO(out))] == ["acked"]
    assert "no rows" in tieout("post", "show", "--state", "dead")[1]


def test_one_batch_is_shown_with_files_and_lines(tieout, world):
    world.post(lines(2))
    code, out, _ = tieout("post", "show", BATCH)
    assert code == 0
    assert "time.csv  " in out
    assert line(1001)["posting_key"] in out
    assert "\x1b" not in out
    told = json.loads(tieout("post", "show", BATCH, "--format", "json")[1])
    assert set(told["files"]) == {"lines.parquet", "time.csv"}
    assert [each["amount"] for each in told["content"]] == ["600.0000"] * 2
    rows = list(csv.DictReader(io.StringIO(tieout("post", "show", BATCH, "--format", "csv")[1])))
    assert [row["state"] for row in rows] == ["acked", "acked"]
    assert tieout("post", "show", "nothing")[0] == 2


def test_a_trace_tells_what_the_ledger_did_without_any_published_release(tieout, world):
    world.post(lines(2), actor="ada")
    code, out, _ = tieout("trace", "harvest_us:1000")
    assert code == 0
    assert "planned  by ada" in out
    assert "acked  ERP id " in out
    assert "sha256 " in out
    told = json.loads(tieout("trace", line(1000)["posting_key"], "--format", "json")[1])
    assert told["published"] == []
    assert [event["event"] for event in told["ledger"]] == [
        "planned", "sealed", "sending", "acked", "files", "read back",
    ]  # fmt: skip
    assert tieout("trace", "harvest_us:1")[0] == 2


FIRM = """\
firm: {id: f, name: F, reporting_currency: USD}
entities:
  - {id: US01, name: US, country: US, functional_currency: USD}
systems:
  - {id: files, vendor: csv_tables, roles: [time]}
"""


def test_doctor_names_the_first_broken_link(tieout, world, tmp_path, monkeypatch):
    (tmp_path / "firm.yml").write_text(FIRM)
    monkeypatch.setenv("TIEOUT_FIRM", str(tmp_path))
    for count in (1, 3):
        world.post(lines(count))
    code, out, _ = tieout("doctor")
    assert (code, "ok   sealed files of netsuite: 2 links, unbroken" in out) == (0, True), out
    assert "ok   audit journal: 0 links, unbroken" in out
    (folder_of(world.home.outbox, world.ledger.batch(BATCH)) / "time.csv").write_text("")
    code, out, _ = tieout("doctor")
    assert code == 1
    assert f"FAIL sealed files of netsuite: {BATCH}: time.csv was changed" in out


def test_doctor_makes_no_ledger_and_leaves_an_older_one_as_it_is(
    tieout, home, tmp_path, monkeypatch
):
    (tmp_path / "firm.yml").write_text(FIRM)
    monkeypatch.setenv("TIEOUT_FIRM", str(tmp_path))
    code, out, _ = tieout("doctor")
    assert (code, "no posting ledger yet" in out, home.ledger.exists()) == (0, True, False)
    engine = connect(f"sqlite:///{home.ledger}")
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        upgrade(connection, "0002")
    code, out, _ = tieout("doctor")
    assert (code, "of an earlier release" in out) == (0, True)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("select version_num from alembic_version").scalar()
    engine.dispose()
    assert found == "0002"


def test_a_line_of_several_is_shown_with_its_entries_and_traced_by_each(tieout, world):
    offers = GroupOffers([Entry("harvest_us:1"), Entry("harvest_us:2", Decimal(4))])
    rows, members = offers.frames()
    world.post(rows, members=members, actor="ada")
    (key,) = offers.rows()
    out = tieout("post", "show", BATCH)[1]
    assert "lines of several entries stand for" in out
    told = json.loads(tieout("post", "show", BATCH, "--format", "json")[1])
    assert [(each["entry_id"], each["hours"]) for each in told["entries"]] == [
        ("harvest_us:1", "8.0000"), ("harvest_us:2", "4.0000"),
    ]  # fmt: skip
    for asked in ("harvest_us:1", "harvest_us:2", key):
        code, out, _ = tieout("trace", asked)
        assert code == 0
        assert key in out
        assert "for harvest_us:1 v1 8.0000 h, harvest_us:2 v1 4.0000 h" in out
    assert tieout("trace", "harvest_us:3")[0] == 2
