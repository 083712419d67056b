"""What happens to exactly once when a call is lost, late, refused, repeated or overtaken."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.posting_tryton.disturbances import disturb, outcomes, states
from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.http.session import Limits
from tieout.posting.delivery.tryton import BUSY_ATTEMPTS
from tieout.posting.delivery.tryton_rpc import TrytonBusy, TrytonRefusal
from tieout.sandbox.tryton.sample import sample_key

pytestmark = pytest.mark.tryton


def test_a_lost_answer_to_create_is_found_by_look_up(fresh, make_lines, monkeypatch):
    def lose(call):
        call()
        raise OutcomeUnknown("tryton_uk", "create: connection reset")

    disturb(fresh, monkeypatch, "create", lose)
    assert outcomes(fresh.send(make_lines("220"))) == {"220": "accepted"}
    assert states(fresh, "220") == ["posted"]


def test_a_lost_answer_to_post_is_found_by_read_back(fresh, make_lines, monkeypatch):
    def lose(call):
        call()
        raise OutcomeUnknown("tryton_uk", "post: connection reset")

    disturb(fresh, monkeypatch, "post", lose)
    assert outcomes(fresh.send(make_lines("221"))) == {"221": "accepted"}
    assert states(fresh, "221") == ["posted"]


def test_a_request_that_never_arrived_stays_in_doubt_until_it_is_sent_again(
    fresh, delivery, make_lines, monkeypatch
):
    def drop(_call):
        raise OutcomeUnknown("tryton_uk", "create: timed out")

    disturb(fresh, monkeypatch, "create", drop)
    assert outcomes(fresh.send(make_lines("222"))) == {"222": "unknown"}
    assert outcomes(delivery.send(make_lines("222"))) == {"222": "accepted"}
    assert states(delivery, "222") == ["posted"]


def test_a_draft_whose_posting_was_not_answered_stays_in_doubt(
    fresh, delivery, make_lines, monkeypatch
):
    def drop(_call):
        raise OutcomeUnknown("tryton_uk", "post: timed out")

    disturb(fresh, monkeypatch, "post", drop)
    assert outcomes(fresh.send(make_lines("223"))) == {"223": "unknown"}
    assert states(delivery, "223") == ["draft"]
    assert outcomes(delivery.send(make_lines("223"))) == {"223": "accepted"}


def test_a_create_that_commits_late_makes_no_second_posting(
    fresh, delivery, make_lines, monkeypatch
):
    held_back = []

    def late(call):
        if not held_back:
            held_back.append(call)
            raise OutcomeUnknown("tryton_uk", "create: timed out")
        held_back[0]()  # the first request commits while the second is under way
        return call()

    disturb(fresh, monkeypatch, "create", late)
    assert outcomes(fresh.send(make_lines("224"))) == {"224": "unknown"}
    assert outcomes(fresh.send(make_lines("224"))) == {"224": "accepted"}
    assert states(delivery, "224") == ["posted"]


def test_a_draft_with_other_figures_is_replaced(delivery, make_lines, tryton, person):
    lines = make_lines(("225", {"cost_amount_functional": Decimal("500.0000")}))
    references = delivery._ledger()
    from tieout.posting.writers.tryton_moves import move_of

    stale = references.record(move_of(lines.row(0, named=True)))
    person(tryton).create("account.move", [stale, stale])
    assert outcomes(delivery.send(make_lines("225"))) == {"225": "accepted"}
    (found,) = delivery.look_up([sample_key("225")])[sample_key("225")]
    assert (found.state, found.amount) == ("posted", Decimal("526.13"))


def test_somebody_posting_our_draft_first_counts_as_posted(
    fresh, delivery, make_lines, monkeypatch, tryton, person
):
    def overtaken(call):
        (found,) = delivery.look_up([sample_key("226")])[sample_key("226")]
        person(tryton).model("account.move", "post", [int(found.erp_id)])
        return call()

    disturb(fresh, monkeypatch, "post", overtaken)
    assert outcomes(fresh.send(make_lines("226"))) == {"226": "accepted"}
    assert states(delivery, "226") == ["posted"]


def test_a_busy_database_is_asked_again_after_growing_waits(fresh, make_lines, monkeypatch):
    waits, busy = [], iter([TrytonBusy("locked"), TrytonBusy("locked")])

    def sometimes(call):
        for trouble in busy:
            raise trouble
        return call()

    monkeypatch.setattr(fresh, "_sleep", waits.append)
    disturb(fresh, monkeypatch, "post", sometimes)
    assert outcomes(fresh.send(make_lines("227"))) == {"227": "accepted"}
    assert waits == [0.25, 0.5]


def test_a_database_that_stays_busy_ends_the_run_and_a_rerun_finishes(
    fresh, delivery, make_lines, monkeypatch
):
    def always(_call):
        raise TrytonBusy("locked")

    monkeypatch.setattr(fresh, "_sleep", lambda _seconds: None)
    disturb(fresh, monkeypatch, "post", always)
    with pytest.raises(SystemUnreachable, match=f"busy {BUSY_ATTEMPTS} times"):
        list(fresh.send(make_lines("228")))
    assert outcomes(delivery.send(make_lines("228"))) == {"228": "accepted"}
    assert states(delivery, "228") == ["posted"]


def test_a_warning_that_wants_a_person_rejects_the_line_and_keeps_its_draft(
    fresh, delivery, make_lines, monkeypatch
):
    def warn(_call):
        raise TrytonRefusal("UserWarning", "The date lies far in the past.")

    disturb(fresh, monkeypatch, "post", warn)
    (result,) = fresh.send(make_lines("229"))
    assert (result.outcome, result.reason_code) == ("rejected", "USER_WARNING")
    assert result.message == "The date lies far in the past."
    assert states(delivery, "229") == ["draft"]
    assert outcomes(delivery.send(make_lines("229"))) == {"229": "accepted"}
    assert states(delivery, "229") == ["posted"]


def test_a_refused_post_removes_its_draft(fresh, delivery, make_lines, monkeypatch):
    def refuse(_call):
        raise TrytonRefusal("UserError", 'To post move "(7)", you must balance all its lines')

    disturb(fresh, monkeypatch, "post", refuse)
    (result,) = fresh.send(make_lines("230"))
    assert (result.outcome, result.reason_code) == ("rejected", "UNBALANCED")
    assert states(delivery, "230") == []


def test_a_server_that_is_down_is_said_so_and_a_rerun_completes(
    own_tryton, monkeypatch, connection, make_lines
):
    delivery = connection(own_tryton, monkeypatch)
    delivery._rpc._session.limits = Limits(attempts=2, backoff_seconds=0)
    assert outcomes(delivery.send(make_lines("240"))) == {"240": "accepted"}
    own_tryton.stop()
    with pytest.raises(SystemUnreachable, match="check that the system is up"):
        list(delivery.send(make_lines("240", "241")))
    own_tryton.start()
    assert outcomes(delivery.send(make_lines("240", "241"))) == {
        "240": "already_there", "241": "accepted",
    }  # fmt: skip


def test_a_period_closed_between_two_runs_is_refused_then(
    own_tryton, monkeypatch, connection, make_lines, person
):
    delivery = connection(own_tryton, monkeypatch)
    admin = person(own_tryton)
    drafts = admin.search("account.move", [["state", "=", "draft"]])
    admin.model("account.move", "delete", drafts)
    (june,) = admin.search("account.period", [["name", "=", "2026-06"]])
    admin.model("account.period", "close", [june])
    (result,) = delivery.send(make_lines("250"))
    assert (result.outcome, result.reason_code) == ("rejected", "PERIOD_CLOSED")
    assert "2026-06" in result.message
    admin.model("account.period", "reopen", [june])
    (result,) = delivery.send(make_lines("250"))
    # reopening the period leaves its journal closed: Tryton still refuses
    assert (result.outcome, result.reason_code) == ("rejected", "PERIOD_CLOSED")
    assert "closed journal-period" in result.message


def test_tryton_on_sqlite_posts_an_unbalanced_move_so_we_refuse_it_ourselves(
    delivery, make_lines, tryton, person
):
    from dataclasses import replace

    from tieout.posting.writers.tryton_moves import Unpostable, move_of

    move = move_of(make_lines("260").row(0, named=True))
    lopsided = replace(move, lines=(move.lines[0], *move.lines[2:]))
    with pytest.raises(Unpostable, match=r"debits minus credits are 526\.13") as refusal:
        delivery._ledger().record(lopsided)
    assert refusal.value.reason_code == "UNBALANCED"
    record = delivery._ledger().record(move)
    record["lines"][0][1][0]["debit"] = Decimal("527.00")
    admin = person(tryton)
    ids = admin.create("account.move", [record])
    admin.model("account.move", "post", ids)
    (found,) = delivery.look_up([sample_key("260")])[sample_key("260")]
    assert (found.state, found.amount) == ("posted", Decimal("527.00"))
