"""Landing keeps every version, the first known instant, and loses nothing."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pipelines import contracts, load, register
from pipelines.contracts import Column, Page, Sweep, Table, Vendor, date, decimal, text, timestamp
from tieout.config import Home, System, load_firm
from tieout.domain.errors import ContractError, SystemUnreachable
from tieout.domain.progress import SilentProgress
from tieout.warehouse import Warehouse, write_configuration

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
ENTRIES = Table(
    "time_entries",
    (
        Column("spent_date", date()),
        Column("user__id", text()),
        Column("hours", decimal()),
        Column("updated_at", timestamp()),
    ),
    version="updated_at",
    sweep=Sweep("spent_date"),
    amount="hours",
)
PEOPLE = Table("people", (Column("name", text()),), sweep=Sweep())


def entry(number, hours="8", updated="2026-06-20T10:00:00Z", day="2026-06-19"):
    return {
        "id": number,
        "spent_date": day,
        "user": {"id": 7},
        "hours": hours,
        "updated_at": updated,
    }


class Source:
    """A scripted source: what each table lists now."""

    def __init__(self):
        self.tables = {
            "time_entries": [entry(n) for n in range(1, 6)],
            "people": [{"id": "p1", "name": "Ada"}],
        }
        self.windows = []
        self.fail_on = None

    def pages(self, table, window):
        self.windows.append((table.name, window))
        rows = self.tables[table.name]
        if window.since is not None and table.version:
            rows = [r for r in rows if datetime.fromisoformat(r["updated_at"]) >= window.since]
        for start in range(0, max(len(rows), 1), 2):
            if self.fail_on == (table.name, start):
                raise SystemUnreachable("fake", "broke off", "again")
            yield Page(json.dumps({"rows": rows[start : start + 2]}).encode(), "rows")


@pytest.fixture
def world(tmp_path, monkeypatch):
    source = Source()
    vendor = Vendor("harvest", (ENTRIES, PEOPLE), lambda *_: source, None, timedelta(days=1))
    monkeypatch.setattr(load, "vendor_of", lambda _: vendor)
    monkeypatch.setattr(register, "all_vendors", lambda: [vendor])
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "firm.yml").write_text(
        "firm: {id: f, name: F, reporting_currency: USD}\n"
        "entities: [{id: US01, name: US, functional_currency: USD}]\n"
        "systems: [{id: fake, vendor: harvest, roles: [time], base_url: 'http://x.test'}]\n"
    )
    firm = load_firm(folder)
    home = Home(tmp_path / "home")

    class World:
        pass

    w = World()
    w.source, w.firm, w.home = source, firm, home
    w.extract = lambda now=NOW, **kw: load.extract_system(
        firm, firm.system("fake"), home, now, SilentProgress(), **kw
    )

    def rows(sql):
        with Warehouse(home).writing() as con:
            write_configuration(con, firm)
            register.register_views(con, firm)
            return con.execute(sql).fetchall()

    w.rows = rows
    return w


def test_a_first_run_lands_every_record_typed_and_exact(world):
    world.source.tables["time_entries"][0]["hours"] = "7.25"
    report = world.extract()
    assert report.landed == 6
    rows = world.rows(
        "select id, hours, user__id, is_deleted, source_system from landed_harvest.time_entries order by id"
    )
    assert rows[0] == ("1", Decimal("7.2500"), "7", False, "fake")
    assert len(rows) == 5


def test_a_second_run_lands_nothing_and_keeps_the_first_known_instant(world):
    world.extract()
    before = world.rows("select id, version, known_at from landed_harvest.time_entries order by 1")
    report = world.extract(NOW + timedelta(days=1))
    assert report.landed == 0
    assert report.tables["time_entries"].unchanged > 0
    assert (
        world.rows("select id, version, known_at from landed_harvest.time_entries order by 1")
        == before
    )


def test_an_edit_becomes_a_second_version_and_the_cursor_looks_back(world):
    world.extract()
    world.source.tables["time_entries"][1] = entry(2, "6", "2026-07-03T12:00:00Z")
    report = world.extract(NOW + timedelta(days=1))
    assert report.landed == 1
    assert world.rows("select count(*), count(distinct id) from landed_harvest.time_entries") == [
        (6, 5)
    ]
    since = [w.since for name, w in world.source.windows if name == "time_entries" and w.since]
    assert since == [datetime(2026, 6, 19, 10, tzinfo=UTC)]


def test_a_record_that_is_not_listed_any_more_becomes_a_tombstone_and_comes_back(world):
    world.extract()
    gone = world.source.tables["time_entries"].pop(0)
    assert world.extract(NOW + timedelta(days=1)).tables["time_entries"].deleted == 1
    assert world.extract(NOW + timedelta(days=2)).landed == 0
    world.source.tables["time_entries"].insert(0, gone)
    assert world.extract(NOW + timedelta(days=3)).landed == 1
    rows = world.rows(
        "select is_deleted from landed_harvest.time_entries where id = '1' order by version"
    )
    assert rows == [(False,), (True,), (False,)]


def test_a_sweep_bounded_by_date_leaves_closed_periods_alone(world):
    world.source.tables["time_entries"][0]["spent_date"] = "2026-04-01"
    world.extract()
    world.source.tables["time_entries"] = [
        r for r in world.source.tables["time_entries"] if r["id"] not in (1, 2)
    ]
    report = world.extract(NOW + timedelta(days=1), sweep_from=datetime(2026, 6, 1).date())
    assert report.tables["time_entries"].deleted == 1


def test_an_empty_listing_is_refused_instead_of_deleting_everything(world):
    world.extract()
    world.source.tables["time_entries"] = []
    with pytest.raises(SystemUnreachable, match="misses 5 of 5"):
        world.extract(NOW + timedelta(days=1))
    assert world.rows("select count(*) from landed_harvest.time_entries where is_deleted") == [(0,)]


def test_a_bad_record_is_quarantined_with_its_amount_and_good_ones_land(world):
    world.source.tables["time_entries"][2]["hours"] = "eight"
    report = world.extract()
    counts = report.tables["time_entries"]
    assert (counts.extracted, counts.landed, counts.quarantined) == (5, 4, 1)
    assert world.rows(
        "select source_system, table_name, source_record_id, reason_code from ops.quarantine"
    ) == [("fake", "time_entries", "3", "TYPE_INVALID")]
    world.source.tables["time_entries"][2]["hours"] = "8"
    world.extract(NOW + timedelta(days=1))
    assert world.rows("select count(*) from ops.quarantine") == [(0,)]


def test_a_run_that_breaks_off_lands_nothing_and_the_next_completes(world):
    world.source.fail_on = ("time_entries", 2)
    with pytest.raises(SystemUnreachable):
        world.extract()
    world.source.fail_on = None
    assert world.extract().landed == 6


def test_a_duplicate_page_counts_once(world):
    world.source.tables["time_entries"] *= 2
    report = world.extract()
    counts = report.tables["time_entries"]
    assert (counts.extracted, counts.landed, counts.repeated) == (10, 5, 5)


def test_a_vanished_field_is_a_contract_error(world):
    for record in world.source.tables["time_entries"]:
        del record["hours"]
    with pytest.raises(ContractError, match="hours"):
        world.extract()


def test_master_data_gets_a_version_when_its_content_changes(world):
    world.extract()
    world.source.tables["people"][0]["name"] = "Ada Byron"
    world.extract(NOW + timedelta(days=1))
    world.extract(NOW + timedelta(days=2))
    assert world.rows("select name from landed_harvest.people order by version") == [
        ("Ada",),
        ("Ada Byron",),
    ]


def test_a_table_nobody_landed_is_an_empty_view_with_its_columns(world):
    assert world.rows("select id, hours, source_system from landed_harvest.time_entries") == []


def test_page_reads_decimals_exactly():
    assert contracts.Page(b'{"rows": [{"h": 0.1}]}', "rows").records == [{"h": Decimal("0.1")}]


def test_a_system_needs_an_address():
    with pytest.raises(ValueError, match="base_url"):
        System(id="x", vendor="harvest", roles=["time"])


def test_instants_are_utc_whatever_the_zone_of_the_machine(world):
    world.extract()
    with Warehouse(world.home).writing() as con:
        con.execute("set TimeZone = 'America/New_York'")
        write_configuration(con, world.firm)
        register.register_views(con, world.firm)
        found = con.execute(
            "select min(known_at), min(updated_at) from landed_harvest.time_entries"
        ).fetchall()
    assert found == [(NOW.replace(tzinfo=None), datetime(2026, 6, 20, 10))]
