"""What a person can do at the prompt can be done in the UI: options, instructions, journal."""

from datetime import timedelta
from decimal import Decimal

import dagster as dg
import pytest

from assets.operations import instruct_ledger, note_posting, replay_scope
from assets.options import PostingOptions
from assets.postings import plan_rows, report_metadata
from assets.session import CloseSession
from tests.nasty.posting_kit import NOW, TARGET, World, frame, line, lines
from tieout.config import Home
from tieout.domain.period import Period
from tieout.posting.audit import journal
from tieout.posting.ledger import Ledger

BATCH = "netsuite-2026-06-US01-time-000001"
JUNE = Period("2026-06")
FIRM = """\
firm: {id: f, name: F, reporting_currency: USD}
entities:
  - {id: US01, name: US, country: US, functional_currency: USD}
systems:
  - {id: files, vendor: csv_tables, roles: [time]}
"""


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setenv("TIEOUT_NOW", "2026-07-03T08:00:00Z")
    for name in ("TIEOUT_ACTOR", "TIEOUT_LEDGER_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "firm.yml").write_text(FIRM)
    made = World(tmp_path)
    made.ledger.close()
    made.home = Home(tmp_path / "home")
    made.ledger = Ledger.at(made.home.ledger)
    yield made
    made.ledger.close()


def instruct(world, **config):
    session = CloseSession(firm_folder=str(world.path), home_folder=str(world.home.path))
    return instruct_ledger.execute_in_process(
        run_config={"ops": {"ledger_instruction": {"config": config}}},
        resources={"session": session},
        raise_on_error=False,
    )


def test_a_waiting_batch_is_released_in_the_ui(world):
    world.post(lines(3), limits={"USD": Decimal(1)}, actor="ada")
    refused = instruct(world, verb="release", subject=BATCH, reason="June", actor="ada")
    assert not refused.success
    (failure,) = refused.get_step_failure_events()
    told = failure.step_failure_data.user_failure_data
    assert "who plans a batch does not release it" in told.description
    done = instruct(world, verb="release", subject=BATCH, reason="June", actor="grace")
    assert done.success
    assert "released by grace" in done.output_for_node("ledger_instruction")
    assert world.post(lines(3)).accepted == 3


def test_lines_are_made_void_and_reversals_proposed_in_the_ui(world):
    world.post(lines(1))
    world.post(frame([line(1000), line(5)]), release=False)
    assert instruct(world, verb="void", subject=line(5)["posting_key"], reason="x").success
    assert instruct(world, verb="reverse", subject=BATCH, reason="wrong client").success
    assert not instruct(world, verb="void", subject=BATCH, reason="").success
    assert [row.verb for row in journal(world.ledger)] == ["void", "reverse"]
    assert world.state_of(line(5)["posting_key"]) == "void"


def test_an_unknown_verb_is_refused_by_the_launch_pad(world):
    with pytest.raises(dg.DagsterInvalidConfigError, match="verb"):
        instruct_ledger.execute_in_process(
            run_config={"ops": {"ledger_instruction": {"config": {
                "verb": "erase", "subject": "b", "reason": "x",
            }}}},
            resources={"session": CloseSession()},
        )  # fmt: skip


def test_a_replay_lets_go_what_was_asked_for_and_plans_nothing_else(world):
    keys = lines(3)["posting_key"].to_list()
    world.erp.moods[keys[0]] = ["reject"]
    world.post(lines(2))
    options = PostingOptions(
        replay_only=True, release_reason="opened", release_states=["rejected"], actor="grace",
        first_period="2026-06",
    )  # fmt: skip
    planned = PostingOptions(**{**options.model_dump(), "plan_only": True})
    assert replay_scope(world.ledger, TARGET, planned, JUNE, NOW).keys == {keys[0]}
    assert journal(world.ledger) == []
    other = PostingOptions(**{**options.model_dump(), "release_states": ["dead"]})
    assert replay_scope(world.ledger, TARGET, other, JUNE, NOW).keys == frozenset()
    scope = replay_scope(world.ledger, TARGET, options, JUNE, NOW)
    assert (scope.keys, scope.periods) == ({keys[0]}, {"2026-06"})
    report = world.post(lines(3), scope=scope, now=NOW + timedelta(hours=1))
    assert (report.planned, report.accepted) == (1, 1)
    note_posting(world.ledger, [report], options, NOW)
    assert [(row.verb, row.actor, row.reason) for row in journal(world.ledger)] == [
        ("replay", "grace", "opened"), ("post", "grace", "opened"),
    ]  # fmt: skip


def test_a_step_that_did_nothing_leaves_no_row_and_everything_is_its_scope(world):
    scope = replay_scope(world.ledger, TARGET, PostingOptions(), JUNE, NOW)
    report = world.post(lines(0), scope=scope)
    note_posting(world.ledger, [report], PostingOptions(), NOW)
    assert journal(world.ledger) == []
    assert (scope.batch_id, scope.periods, scope.keys) == ("", frozenset(), None)


def test_the_plan_of_the_ui_has_no_cost_and_tells_an_open_batch_once(world):
    world.post(lines(3), limits={"USD": Decimal(1)})
    rows = frame([*(line(1000 + n) for n in range(3)), line(9, period_id="2026-05")])
    reports = [
        world.post(rows, plan_only=True, period=Period(period)) for period in ("2026-05", "2026-06")
    ]
    assert [(row.period_id, row.action, row.lines) for row in plan_rows(reports)] == [
        ("2026-05", "post", 1), ("2026-06", "await release", 3),
    ]  # fmt: skip
    told = report_metadata(reports)["plan"].value
    assert all("cost" not in row for row in told)
    assert [row["lines"] for row in told] == [1, 3]


def test_the_definitions_offer_the_options_and_the_job():
    from assets.definitions import defs

    dg.Definitions.validate_loadable(defs)
    job = defs.resolve_job_def("instruct_ledger")
    assert job.tags["dagster/max_retries"] == "0"
    post = defs.resolve_job_def("post")
    step = next(node for node in post.nodes if node.name.startswith("postings__"))
    fields = step.definition.config_schema.config_type.fields
    assert set(PostingOptions.model_fields) <= set(fields)
