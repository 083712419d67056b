"""Candidates are read in bounded memory on a machine of any size."""

import duckdb

from tests.nasty.posting_kit import TARGET, frame, line
from tieout.posting.candidates import MODELS
from tieout.posting.gathering import candidates_folder, gather
from tieout.posting.members import MODEL as MEMBERS
from tieout.posting.members import NO_MEMBERS
from tieout.posting.payload import conform


def test_the_memory_to_sort_does_not_grow_with_the_processors(tmp_path):
    # each of DuckDB's threads holds blocks of its own: with 16 a million lines did not fit
    warehouse = duckdb.connect(str(tmp_path / "w.duckdb"))
    warehouse.execute("set threads = 16; create schema posting")
    warehouse.register("rows", conform(frame([line(1000)])))
    warehouse.register("no_members", NO_MEMBERS)
    warehouse.execute(f"create table {MODELS['time']} as select * from rows")
    warehouse.execute(f"create table {MODELS['expense']} as select * from rows limit 0")
    warehouse.execute(f"create table {MEMBERS} as select * from no_members")
    with candidates_folder(tmp_path / "outbox") as folder:
        assert gather(warehouse, TARGET, folder).pool.scan().collect().height == 1
    found = warehouse.execute(
        "select current_setting('threads'), current_setting('memory_limit')"
    ).fetchone()
    assert found == (1, "122.0 MiB")
