"""The instance's event log keeps its connections and stores what Dagster's own would."""

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from assets.event_log import ENGINES_MAX, PooledEventLogStorage
from assets.instance import prepare_instance
from tieout.config import Home


@dg.asset
def figures() -> int:
    return 1


@dg.asset_check(asset=figures)
def positive() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(prepare_instance(Home(tmp_path / "home %"))))
    with dg.DagsterInstance.get() as found:
        yield found


def test_the_instance_of_a_home_uses_it(instance):
    assert isinstance(instance.event_log_storage, PooledEventLogStorage)


def test_events_stand_in_the_run_and_in_the_index_as_in_dagsters_own_log(instance):
    result = dg.materialize([figures, positive], instance=instance)
    assert result.success
    own = SqliteEventLogStorage(instance.event_log_storage._base_dir)
    written = instance.event_log_storage.get_logs_for_run(result.run_id)
    assert [entry.message for entry in own.get_logs_for_run(result.run_id)] == [
        entry.message for entry in written
    ]
    assert len(written) > 5
    record = own.get_latest_materialization_events([dg.AssetKey("figures")])
    assert record[dg.AssetKey("figures")].run_id == result.run_id


def test_more_runs_than_connections_can_be_read_and_deleted(instance):
    runs = [dg.materialize([figures], instance=instance).run_id for _ in range(ENGINES_MAX + 2)]
    assert all(instance.all_logs(run) for run in runs)
    instance.delete_run(runs[0])
    assert instance.all_logs(runs[0]) == []
    assert instance.all_logs(runs[1])
