from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from werkzeug.wrappers import Request, Response

from tieout.config.firm import System
from tieout.domain.errors import AuthenticationFailed, OutcomeUnknown, SystemUnreachable
from tieout.domain.reasons import REASONS
from tieout.http.inprocess import mounted
from tieout.http.session import ApiSession, Limits
from tieout.posting.acks.tryton import RULES, reason_of
from tieout.posting.delivery.tryton_rpc import (
    TrytonBusy,
    TrytonRefusal,
    TrytonRpc,
    typed,
    untyped,
)

URL = "http://tryton.test/erp"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('You cannot add/modify/delete lines on closed journal-period "Miscellaneous - 2026-09".',
         "PERIOD_CLOSED"),
        ('You cannot create a journal-period in closed period "2026-09".', "PERIOD_CLOSED"),
        (('The value "2026-11" for field "Period" in record "(8)" of "Account Move" is not valid'
         " according to its domain."), "PERIOD_CLOSED"),
        ('To post move "(13)", you must balance all its lines debits and credits.', "UNBALANCED"),
        ('To post move "(5)", you must fill in its lines.', "UNBALANCED"),
        (('The value "99999" for field "Account" in record "(1)" of "Account Move Line" is not'
         " valid according to its domain."), "ACCOUNT_UNMAPPED"),
        ('The value "2015" for field "Move" in record "(1)" does not exist.', "REF_INVALID"),
        ('A value is required for field "Party" in record "(9)".', "REF_INVALID"),
        (('The number of digits in the value "\'440.005\'" for field "Debit" in record "(3)"'
         ' exceeds the limit of "(None, 2)".'), "AMOUNT_MISMATCH"),
        ('You are not allowed to access "Account Move".', "PERMISSION_DENIED"),
        ("Something nobody has seen before", "REJECTED"),
    ],
)  # fmt: skip
def test_the_servers_words_become_a_reason(text, reason):
    assert reason_of("UserError", text) == reason


def test_a_warning_always_waits_for_a_person():
    assert reason_of("UserWarning", "closed period") == "USER_WARNING"


def test_every_reason_is_one_of_the_closed_list():
    assert {rule.reason_code for rule in RULES} <= set(REASONS)


def rpc_to(answer, status=200, content_type="application/json"):
    """A client whose server answers every call the same, after one company was asked for."""
    calls = []

    def app(environ, start_response):
        body = json.loads(Request(environ).get_data())
        calls.append(body)
        if body["method"] == "model.company.company.search":
            return Response('{"id":1,"result":[1]}', content_type="application/json")(
                environ, start_response
            )
        return Response(answer, status=status, content_type=content_type)(environ, start_response)

    system = System(id="tryton_uk", vendor="tryton", roles=["erp"], base_url=URL)
    with mounted(URL, app):
        session = ApiSession("tryton_uk", URL, limits=Limits(attempts=1))
    return TrytonRpc(system, session), calls


def test_an_error_in_an_answer_of_status_200_is_a_refusal():
    rpc, _ = rpc_to('{"id":1,"error":["UserError",["No.","",null]]}')
    with pytest.raises(TrytonRefusal) as refusal:
        rpc.write("account.move", "create", [])
    assert (refusal.value.kind, refusal.value.message) == ("UserError", "No.")


def test_the_text_of_a_warning_is_what_a_person_reads():
    rpc, _ = rpc_to('{"id":1,"error":["UserWarning",["99ba.term","The date is past.",""]]}')
    with pytest.raises(TrytonRefusal) as refusal:
        rpc.write("account.move", "post", [1])
    assert (refusal.value.kind, refusal.value.message) == ("UserWarning", "The date is past.")


def test_an_error_inside_the_server_is_a_refusal_too():
    rpc, _ = rpc_to("""{"id":1,"error":["'foo.bar'",""]}""")
    with pytest.raises(TrytonRefusal) as refusal:
        rpc.write("foo.bar", "create", [])
    assert (refusal.value.kind, refusal.value.message) == ("", "'foo.bar'")


def test_a_busy_database_is_told_from_a_lost_answer():
    rpc, _ = rpc_to("could not obtain lock on row in relation", status=503)
    with pytest.raises(TrytonBusy, match="could not obtain lock"):
        rpc.write("account.move", "post", [1])


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_broken_answer_to_a_write_leaves_the_outcome_unknown(status):
    rpc, _ = rpc_to("<html>Bad gateway</html>", status=status, content_type="text/html")
    with pytest.raises(OutcomeUnknown):
        rpc.write("account.move", "create", [])


@pytest.mark.parametrize("body", ["<html>Please log in</html>", '{"id":1,"resu', "[]", "null", ""])
def test_an_answer_that_is_no_json_rpc_leaves_a_write_unknown_and_a_read_failed(body):
    rpc, _ = rpc_to(body)
    with pytest.raises(OutcomeUnknown):
        rpc.write("account.move", "create", [])
    with pytest.raises(SystemUnreachable, match="which is no JSON-RPC"):
        rpc.read("account.move", [], ["number"])


def test_a_read_without_right_names_the_right():
    rpc, _ = rpc_to('{"id":1,"error":["UserError",["You are not allowed to access \\"X\\".",""]]}')
    with pytest.raises(AuthenticationFailed, match="give the integration user the right"):
        rpc.read("account.move", [], ["number"])


def test_every_call_names_its_company_and_sees_inactive_records():
    rpc, calls = rpc_to('{"id":1,"result":[]}')
    rpc.read("account.move", [], ["number"])
    assert calls[-1]["params"][-1] == {"company": 1, "companies": [1], "active_test": False}


def test_values_survive_the_typed_json():
    values = {"day": date(2026, 6, 1), "amount": Decimal("440.00"), "list": [Decimal("-1.5"), None]}
    assert untyped(json.loads(json.dumps(typed(values)))) == values
    assert typed({"amount": Decimal("440.00")}) == {
        "amount": {"__class__": "Decimal", "decimal": "440.00"}
    }
    assert untyped({"__class__": "Decimal", "decimal": "0.1"}) == Decimal("0.1")
