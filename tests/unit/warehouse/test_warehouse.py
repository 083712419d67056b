"""One writer at a time, published copies that readers keep, configuration as tables."""

import subprocess
import sys
from datetime import UTC, datetime

import duckdb
import pytest

from tieout.config import Home, load_firm
from tieout.domain.period import Period
from tieout.warehouse import Warehouse, write_configuration
from tieout.warehouse.connection import WarehouseBusy
from tieout.warehouse.publish import ANALYTICS, RELEASES_KEPT, NothingToPublish, publish
from tieout.warehouse.queries import first_open_day

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)


@pytest.fixture
def firm(tmp_path):
    (tmp_path / "firm.yml").write_text(
        "firm: {id: f, name: F, reporting_currency: USD}\n"
        "entities: [{id: US01, name: US, functional_currency: USD}]\n"
        "systems: [{id: erp, vendor: netsuite, roles: [erp], base_url: 'http://x.test'}]\n"
        "routing: [{target: erp, from: 2025-01-01}]\n"
        "owners: {PERIOD_CLOSED: cfo}\n"
    )
    (tmp_path / "crosswalks").mkdir()
    (tmp_path / "crosswalks" / "worker.csv").write_text(
        "canonical_id,source_system,source_id\nW1,erp,7\n"
    )
    return load_firm(tmp_path)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def build(home, value):
    with Warehouse(home).writing() as connection:
        connection.execute(
            "create schema if not exists reconciliation; create schema if not exists raw_x"
        )
        connection.execute(
            f"create or replace table reconciliation.rec_x as select {value} as amount"
        )
        connection.execute("create or replace table raw_x.secret as select 1 as x")


def release(home, firm, second=0):
    return publish(
        home, firm, period=Period("2026-06"), as_of=NOW, run_id=f"{second:08d}-run",
        published_at=NOW.replace(second=second),
    )  # fmt: skip


def read(path):
    connection = duckdb.connect(str(path), read_only=True)
    try:
        return connection.execute("select amount from reconciliation.rec_x").fetchone()[0]
    finally:
        connection.close()


def test_the_configuration_stands_in_tables_and_is_replaced(home, firm):
    for _ in range(2):
        with Warehouse(home).writing() as connection:
            write_configuration(connection, firm)
            assert connection.execute(
                "select target, priority from ops.firm_routing"
            ).fetchall() == [("erp", 1)]
            assert connection.execute("select * from ops.crosswalk").fetchall() == [
                ("worker", "W1", "erp", "7")
            ]
            owner = connection.execute(
                "select owner_role from ops.firm_owners where reason_code = 'PERIOD_CLOSED'"
            )
            assert owner.fetchone() == ("cfo",)
            assert connection.execute("select count(*) from ops.posting_lines").fetchone() == (0,)
            assert first_open_day(connection) is None


def test_another_process_that_writes_makes_us_wait_and_then_say_so(home):
    code = (
        "import sys, time; from tieout.config import Home; from tieout.warehouse import Warehouse\n"
        f"with Warehouse(Home({str(home.path)!r})).writing(): print('in', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline() == "in\n"
        with pytest.raises(WarehouseBusy, match="run the same command again"):
            with Warehouse(home, wait_seconds=0.2).reading():
                pass
    finally:
        other.communicate("", timeout=20)
    with Warehouse(home, wait_seconds=5).reading():
        pass


def test_a_reader_keeps_its_release_while_a_new_one_is_swapped_in(home, firm):
    build(home, 1)
    first = release(home, firm)
    held = duckdb.connect(str(home.published / ANALYTICS), read_only=True)
    assert held.execute("select amount from reconciliation.rec_x").fetchone() == (1,)
    build(home, 2)
    release(home, firm, second=1)
    assert held.execute("select amount from reconciliation.rec_x").fetchone() == (1,)
    held.close()
    assert read(home.published / ANALYTICS) == 2
    assert read(first.path) == 1


def test_a_release_holds_the_marts_its_stamp_and_parquet_but_no_raw_data(home, firm):
    build(home, "cast(12.34 as decimal(18, 4))")
    made = release(home, firm)
    connection = duckdb.connect(str(made.path), read_only=True)
    schemas = {
        row[0]
        for row in connection.execute(
            "select distinct table_schema from information_schema.tables"
        ).fetchall()
    }
    stamp = connection.execute("select firm_id, period_id, as_of_at from releases").fetchone()
    connection.close()
    assert schemas == {"reconciliation", "main"}
    assert stamp == ("f", "2026-06", NOW.replace(tzinfo=None))
    parquet = duckdb.sql(f"from '{made.path.parent}/reconciliation.rec_x.parquet'")
    assert str(parquet.types[0]) == "DECIMAL(18,4)"


def test_the_published_file_cannot_be_written(home, firm):
    build(home, 1)
    release(home, firm)
    assert (home.published / ANALYTICS).stat().st_mode & 0o222 == 0


def test_only_the_last_releases_are_kept(home, firm):
    build(home, 1)
    for second in range(RELEASES_KEPT + 2):
        release(home, firm, second=second)
    assert len(list((home.published / "releases").iterdir())) == RELEASES_KEPT


def test_nothing_is_published_from_an_empty_warehouse(home, firm):
    with pytest.raises(NothingToPublish, match="tieout run"):
        release(home, firm)
