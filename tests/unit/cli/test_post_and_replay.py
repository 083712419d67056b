"""What `tieout post` and `tieout replay` ask of the posting job, and when they ask a person."""

from __future__ import annotations

import pytest

from tests.nasty.posting_kit import line, lines
from tieout.cli import asking, post, replay
from tieout.config import load_firm
from tieout.domain.errors import ConfigError

BATCH = "netsuite-2026-06-US01-time-000001"
FIRM = """\
firm: {id: f, name: F, reporting_currency: USD}
entities:
  - {id: US01, name: US, country: US, functional_currency: USD}
systems:
  - {id: files, vendor: csv_tables, roles: [time]}
policies: {release_limit: {USD: "250000.00"}}
"""


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Every call of the job: its period and further arguments."""
    (tmp_path / "firm.yml").write_text(FIRM)
    monkeypatch.setenv("TIEOUT_FIRM", str(tmp_path))
    calls = []

    def run_job(job, firm, period=None, as_of=None, *, post=True, extra=()):
        calls.append((job, period, list(extra)))
        return 0

    monkeypatch.setattr(post, "run_job", run_job)
    monkeypatch.setattr(replay, "run_job", run_job)
    return calls


def test_posting_without_a_terminal_posts_as_before(tieout, asked):
    assert tieout("post", "--target", "erp")[0] == 0
    assert asked == [("post", None, ["--target", "erp"])]


def test_a_plan_is_asked_for_in_its_format(tieout, asked):
    assert tieout("post", "--plan", "--format", "csv", "--period", "2026-05")[0] == 0
    assert asked == [("post", "2026-05", ["--plan", "--format", "csv"])]


def test_on_a_terminal_the_plan_comes_first_and_a_no_posts_nothing(tieout, asked, monkeypatch):
    for module in (asking, post):
        monkeypatch.setattr(module, "is_terminal", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    assert tieout("post")[0] == 130
    assert asked == [("post", None, ["--plan", "--format", "table"])]
    assert tieout("post", "--yes", "--actor", "ada")[0] == 0
    assert asked[-1] == ("post", None, ["--actor", "ada"])


def test_options_before_a_verb_of_post_are_refused(tieout, asked):
    code, _, err = tieout("post", "--plan", "show")
    assert (code, "go behind the verb" in err) == (2, True)


def test_a_plain_replay_only_finishes(tieout, asked):
    assert tieout("replay", "--target", "erp")[0] == 0
    assert asked == [("post", None, ["--target", "erp", "--replay"])]


def test_a_replay_of_a_batch_is_of_its_target_and_period(tieout, world, asked):
    world.post(lines(2), release=False)
    assert tieout("replay", "--batch", BATCH)[0] == 0
    assert asked == [
        ("post", "2026-06", ["--batch", BATCH, "--target", "netsuite", "--replay"]),
    ]  # fmt: skip
    assert tieout("replay", "--batch", "nothing")[0] == 2


def test_refused_lines_are_shown_before_they_are_planned_again(tieout, world, asked):
    world.erp.moods[line(1000)["posting_key"]] = ["reject"]
    world.post(lines(2))
    code, _, err = tieout("replay", "--rejected", "--reason", "opened")
    assert (code, asked) == (2, [])
    assert "netsuite: 1 lines that are rejected PROJECT_INACTIVE would be planned again" in err
    code, _, _ = tieout("replay", "--rejected", "--reason", "opened", "--yes")
    assert code == 0
    assert asked == [
        ("post", None, ["--replay", "--release", "opened", "--state", "rejected", "--state", "dead"]),
    ]  # fmt: skip


def test_dead_lines_of_a_period_only(tieout, world, asked):
    world.post(lines(1))
    code, _, err = tieout("replay", "--dead", "--period", "2026-05", "--reason", "up", "--yes")
    assert code == 0
    assert "no line waits for a person there" in err
    assert asked == [
        ("post", "2026-05", ["--first-period", "2026-05", "--replay", "--release", "up",
                             "--state", "dead"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [["--rejected"], ["--dead"], ["--reason", "x"], ["--rejected", "--reason", " "]]
)
def test_a_replay_without_its_reason_or_object_is_refused(tieout, asked, wrong, world):
    assert tieout("replay", *wrong)[0] == 2
    assert asked == []


def test_a_limit_is_exact_text_of_a_currency_of_the_firm(asked, tmp_path):
    assert load_firm(tmp_path).policies.release_limit == {"USD": "250000.00"}
    assert load_firm(tmp_path).policies.model_dump()["release_limit"] == "USD 250000.00"
    for wrong, line_number in (('{EUR: "1.00"}', 6), ("{USD: 1.5}", 6), ('{USD: "-1"}', 6)):
        (tmp_path / "firm.yml").write_text(FIRM.replace('{USD: "250000.00"}', wrong))
        with pytest.raises(ConfigError) as caught:
            load_firm(tmp_path)
        assert (caught.value.line, "release_limit" in (caught.value.field or "")) == (
            line_number, True,
        ), wrong  # fmt: skip
    assert load_default(tmp_path) == ""


def load_default(folder):
    (folder / "firm.yml").write_text(FIRM.replace('{release_limit: {USD: "250000.00"}}', "{}"))
    return load_firm(folder).policies.model_dump()["release_limit"]
