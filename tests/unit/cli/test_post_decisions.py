"""Release, void and reverse at a prompt: preview, question, refusal, result, journal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests.nasty.posting_kit import line, lines
from tieout.cli import asking
from tieout.cli.main import group
from tieout.posting.audit import journal

BATCH = "netsuite-2026-06-US01-time-000001"
LIMIT = {"USD": "1200"}


@pytest.fixture
def waiting(world):
    from decimal import Decimal

    world.post(lines(3), limits={"USD": Decimal(1200)}, actor="ada")
    return world


def test_without_a_terminal_and_without_yes_nothing_is_done(tieout, waiting):
    code, out, err = tieout("post", "release", BATCH, "--reason", "June", "--actor", "grace")
    assert (code, out) == (2, "")
    assert "3 lines would be sent to netsuite, gross 1800.0000 USD (limit 1200 USD)" in err
    assert "fix: look at what it says above, then add --yes" in err
    assert journal(waiting.ledger) == []


def test_a_dry_run_prints_the_same_and_does_nothing(tieout, waiting):
    code, out, _ = tieout(
        "post", "release", BATCH, "--reason", "June", "--actor", "grace", "--dry-run"
    )
    assert (code, out.count("would be sent")) == (0, 1)
    assert journal(waiting.ledger) == []


def test_a_second_person_releases_and_the_next_run_sends(tieout, waiting):
    code, out, _ = tieout("post", "release", BATCH, "--reason", "June", "--actor", "grace", "--yes")
    assert code == 0
    assert f"next: tieout replay --batch {BATCH}" in out
    (row,) = journal(waiting.ledger)
    assert (row.actor, row.verb, row.subject, row.reason) == ("grace", "release", BATCH, "June")
    assert row.at.isoformat() == "2026-07-03T08:00:00+00:00"
    assert waiting.post(lines(3)).accepted == 3


def test_the_one_who_planned_it_is_refused(tieout, waiting):
    code, _, err = tieout("post", "release", BATCH, "--reason", "June", "--actor", "Ada", "--yes")
    assert code == 2
    assert "who plans a batch does not release it" in err


@pytest.mark.parametrize(("answer", "code", "rows"), [("n\n", 1, 0), ("y\n", 0, 1)])
def test_on_a_terminal_the_answer_decides(waiting, monkeypatch, answer, code, rows):
    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    result = CliRunner().invoke(
        group, ["post", "void", BATCH, "--reason", "wrong rates"], input=answer
    )
    assert result.exit_code == code, result.output
    assert "do it?" in result.stderr
    assert len(journal(waiting.ledger)) == rows


def test_a_batch_and_a_key_are_made_void(tieout, waiting):
    key = line(1001)["posting_key"]
    code, out, _ = tieout("post", "void", key, "--reason", "wrong rates", "--yes")
    assert (code, out) == (0, f"{key}: 1 lines that were never sent are void\n")
    code, out, _ = tieout("post", "void", BATCH, "--reason", "wrong rates", "--yes")
    assert code == 0
    assert "2 lines that were never sent are void\n1 lines are left alone: asked for already" in out
    code, _, err = tieout("post", "void", BATCH, "--reason", "again", "--yes")
    assert (code, "nothing can be made void" in err) == (2, True)
    assert {waiting.state_of(each) for each in lines(3)["posting_key"]} == {"void"}


def test_a_reversal_is_proposed(tieout, world):
    world.post(lines(2))
    code, out, _ = tieout("post", "reverse", BATCH, "--reason", "wrong client", "--yes")
    assert (code, out) == (0, f"{BATCH}: 2 posted lines are proposed for reversal\n")
    code, out, _ = tieout("post", "audit", "--format", "json")
    (row,) = json.loads(out)
    assert (code, row["verb"], row["reason"]) == (0, "reverse", "wrong client")


@pytest.mark.parametrize("verb", ["release", "void", "reverse"])
def test_a_reason_is_asked_for_and_unknown_batches_are_told(tieout, world, verb):
    code, _, err = tieout("post", verb, BATCH)
    assert (code, "Missing option '--reason'" in err) == (2, True)
    code, _, err = tieout("post", verb, "nothing", "--reason", "x", "--yes")
    assert (code, "there is no batch nothing" in err) == (2, True)


def test_a_home_without_a_ledger_is_told_and_stays_without_one(tieout, home):
    code, _, err = tieout("post", "void", BATCH, "--reason", "x", "--yes")
    assert (code, "there is no posting ledger" in err) == (2, True)
    assert not home.ledger.exists()
