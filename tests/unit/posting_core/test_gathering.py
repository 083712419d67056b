"""Candidates are read in bounded memory on a machine of any size."""

from tests.nasty.posting_kit import TARGET, frame, line, warehouse_of
from tieout.posting.gathering import candidates_folder, gather
from tieout.posting.payload import conform


def test_the_memory_to_sort_does_not_grow_with_the_processors(tmp_path):
    # each of DuckDB's threads holds blocks of its own: with 16 a million lines did not fit
    warehouse = warehouse_of(conform(frame([line(1000)])), tmp_path / "w.duckdb")
    warehouse.execute("set threads = 16")
    with candidates_folder(tmp_path / "outbox") as folder:
        assert gather(warehouse, TARGET, folder).pool.scan().collect().height == 1
    found = warehouse.execute(
        "select current_setting('threads'), current_setting('memory_limit')"
    ).fetchone()
    assert found == (1, "122.0 MiB")
