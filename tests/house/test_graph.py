"""The asset graph is one connected piece, and every asset says what it is and whose it is."""

import dagster as dg
import pytest

from assets import keys
from assets.definitions import defs
from assets.graph import graph_systems


@pytest.fixture(scope="module")
def graph():
    return defs.resolve_asset_graph()


def test_the_definitions_load(graph):
    dg.Definitions.validate_loadable(defs)


def test_every_executable_asset_has_owner_group_and_description(graph):
    for key in graph.executable_asset_keys:
        node = graph.get(key)
        assert node.owners, key
        assert node.group_name != "default", key
        assert node.description, key


def test_from_every_source_a_path_leads_to_the_statement(graph):
    reached = {keys.STATEMENT}
    waiting = [keys.STATEMENT]
    while waiting:
        for parent in graph.get(waiting.pop()).parent_keys:
            if parent not in reached:
                reached.add(parent)
                waiting.append(parent)
    for system in graph_systems():
        assert keys.source_key(system.id) in reached


def test_the_graph_is_one_component(graph):
    remaining = set(graph.get_all_asset_keys())
    waiting = [keys.STATEMENT]
    remaining.discard(keys.STATEMENT)
    while waiting:
        node = graph.get(waiting.pop())
        for other in node.parent_keys | node.child_keys:
            if other in remaining:
                remaining.discard(other)
                waiting.append(other)
    assert not remaining


def test_dbt_builds_in_two_steps_one_before_and_one_after_posting():
    """A model on the wrong side of posting makes Dagster cut the steps, and dbt build out of order."""
    for name in ("close_month", "reconcile"):
        steps = {node.name for node in defs.resolve_job_def(name).nodes}
        found = {step for step in steps if step.startswith("models_")}
        assert found == {"models_before_posting", "models_after_posting"}, name


def test_posting_lies_downstream_of_its_candidates_and_is_never_retried(graph):
    for system in graph_systems():
        if system.is_target:
            parents = graph.get(keys.posting_key(system.id)).parent_keys
            assert keys.model_key("posting", "pst_time_postings") in parents
    job = defs.resolve_job_def("close_month")
    assert job.tags["dagster/max_retries"] == "0"


def test_every_asset_of_the_close_job_has_the_same_partitions_and_backfill_policy(graph):
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.partitions_def is not None, key
        assert node.backfill_policy.policy_type.value == "SINGLE_RUN", key


def test_the_daily_schedule_asks_for_this_month_and_early_for_the_last():
    from datetime import UTC, datetime

    schedule = defs.resolve_schedule_def("daily_close")
    context = dg.build_schedule_context(
        repository_def=defs.get_repository_def(),
        scheduled_execution_time=datetime(2026, 7, 3, 6, tzinfo=UTC),
    )
    found = schedule.evaluate_tick(context)
    assert [request.partition_key for request in found.run_requests] == ["2026-06", "2026-07"]
