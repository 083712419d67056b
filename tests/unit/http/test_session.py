"""One session: waits where waiting helps, says what to do where it does not."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from werkzeug.wrappers import Request, Response

from tieout.domain.errors import AuthenticationFailed, OutcomeUnknown, SystemUnreachable
from tieout.http import ApiSession, mounted
from tieout.http.session import Limits


class Script:
    """Answers requests from a list; remembers what was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, environ, start_response):
        self.asked.append(Request(environ))
        answer = (
            self.answers.pop(0)
            if self.answers
            else Response('{"ok": true}', mimetype="application/json")
        )
        return answer(environ, start_response)


def session(waits, **limits):
    return ApiSession("sys", "http://api.test/v1", limits=Limits(**limits), sleep=waits.append)


def test_a_throttled_request_waits_as_long_as_it_was_told():
    app, waits = Script(Response(status=429, headers={"Retry-After": "7"})), []
    with mounted("http://api.test", app):
        assert session(waits).get_json("things") == {"ok": True}
    assert waits == [7.0]
    assert app.asked[0].path == "/v1/things"


def test_a_date_as_retry_after_is_understood():
    moment = format_datetime(datetime.now(tz=UTC) + timedelta(seconds=30), usegmt=True)
    app, waits = Script(Response(status=503, headers={"Retry-After": moment})), []
    with mounted("http://api.test", app):
        session(waits).get_json("things")
    assert 20 < waits[0] <= 31


def test_an_outage_ends_after_a_bound_with_what_was_tried():
    app, waits = Script(*[Response(status=503)] * 9), []
    with (
        mounted("http://api.test", app),
        pytest.raises(SystemUnreachable, match="failed 3 times") as caught,
    ):
        session(waits, attempts=3).get_json("things")
    assert caught.value.exit_code == 3
    assert "run the same command again" in str(caught.value)
    assert len(app.asked) == 3


def test_refused_credentials_are_not_tried_again():
    app = Script(Response(status=401))
    with (
        mounted("http://api.test", app),
        pytest.raises(AuthenticationFailed, match="secrets of system sys"),
    ):
        session([]).get_json("things")
    assert len(app.asked) == 1


@pytest.mark.parametrize(
    "answer", [Response("<html>maintenance</html>"), Response('{"cut', mimetype="application/json")]
)
def test_html_and_truncated_json_are_no_data(answer):
    with (
        mounted("http://api.test", Script(answer)),
        pytest.raises(SystemUnreachable, match="no JSON"),
    ):
        session([]).get_json("things")


def test_a_link_to_another_host_is_not_followed():
    with pytest.raises(SystemUnreachable, match="another host"):
        session([]).same_host("http://elsewhere.test/v1/things?page=2")
    assert session([]).same_host("http://api.test/v1/things?page=2")


@pytest.mark.parametrize(
    "answer", [Response(status=500), Response(headers={"X-Sandbox-Drop": "after"})]
)
def test_a_write_that_must_not_repeat_has_an_unknown_outcome(answer):
    app = Script(answer)
    with mounted("http://api.test", app), pytest.raises(OutcomeUnknown):
        session([]).request("POST", "things", retry=False, json={})
    assert len(app.asked) == 1


def test_a_broken_connection_is_tried_again_where_that_is_safe():
    app, waits = Script(Response(headers={"X-Sandbox-Drop": "before"})), []
    with mounted("http://api.test", app):
        assert session(waits).get_json("things") == {"ok": True}
    assert len(app.asked) == 2


def test_other_refusals_are_told_with_the_answer():
    with mounted("http://api.test", Script(Response("no such thing", status=404))):
        with pytest.raises(SystemUnreachable, match="no such thing"):
            session([]).get_json("things")


def test_accepted_codes_are_handed_back():
    with mounted("http://api.test", Script(Response("bad", status=400))):
        assert session([]).request("PUT", "things", accept=frozenset({400})).status_code == 400


def test_the_rate_ceiling_spaces_requests():
    waits = []
    with mounted("http://api.test", Script()):
        api = session(waits, requests_per_second=1.0)
        for _ in range(3):
            api.get_json("things")
    assert len(waits) == 2
    assert all(0 < wait <= 2.0 for wait in waits)
