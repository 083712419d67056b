"""Every extraction leaves a row per table in `ops.extractions`, also the one that failed."""

from datetime import UTC, datetime

import pytest

from pipelines.history import note_extraction
from pipelines.landing import Lander, TableCounts
from tieout.config import Home
from tieout.domain.errors import SystemUnreachable
from tieout.warehouse import Warehouse

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)


class Session:
    requests_sent, retries = 12, 3


class Table:
    def __init__(self, name):
        self.name = name


def lander(name, **counts):
    return Lander(None, Table(name), NOW, None, None, TableCounts(**counts))


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(Home(tmp_path))


def noted(warehouse):
    with warehouse.reading() as connection:
        return connection.execute(
            "select table_name, started_at, outcome, error, extracted, landed, deleted,"
            " quarantined, requests, retries from ops.extractions order by table_name"
        ).fetchall()


def test_a_finished_extraction_is_noted_per_table_and_its_requests_once(warehouse):
    landers = [
        lander("time_entries", extracted=10, landed=7, deleted=1, quarantined=2),
        lander("users", extracted=3),
    ]
    with note_extraction(warehouse, "harvest_us", NOW, landers, Session()):
        pass
    at = NOW.replace(tzinfo=None)
    assert noted(warehouse) == [
        ("time_entries", at, "succeeded", None, 10, 7, 1, 2, 12, 3),
        ("users", at, "succeeded", None, 3, 0, 0, 0, 0, 0),
    ]


def test_a_failed_extraction_is_noted_with_its_cause_and_landed_nothing(warehouse):
    landers = [lander("time_entries", extracted=10, landed=7)]
    with (
        pytest.raises(SystemUnreachable),
        note_extraction(warehouse, "harvest_us", NOW, landers, None),
    ):
        raise SystemUnreachable("harvest_us", "GET failed 5 times", "check the system")
    (row,) = noted(warehouse)
    assert row[2] == "failed"
    assert row[3].startswith("SystemUnreachable: ")
    assert row[4:] == (10, 0, 0, 0, 0, 0)


def test_extractions_add_up_over_runs(warehouse):
    for _ in range(2):
        with note_extraction(warehouse, "harvest_us", NOW, [lander("users")], None):
            pass
    assert len(noted(warehouse)) == 2
