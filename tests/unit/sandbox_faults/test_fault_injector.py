"""The fault injector misbehaves exactly as told, and otherwise is not there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response
from tieout.sandbox.vendors.faults import FaultInjector


class Counter:
    """A tiny vendor: counts writes, serves pages."""

    def __init__(self) -> None:
        self.writes: list[str] = []

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        if request.method == "POST":
            self.writes.append(request.get_data(as_text=True))
            return json_response({"written": len(self.writes)}, 201)(environ, start_response)
        page = request.args.get("page", "1")
        return json_response({"page": page, "rows": [page] * 3})(environ, start_response)


class Setup:
    def __init__(self, **options: Any) -> None:
        self.vendor = Counter()
        self.clock = 0.0
        self.slept: list[float] = []
        self.injector = FaultInjector(
            self.vendor,
            monotonic=lambda: self.clock,
            sleep=self.slept.append,
            **options,
        )
        self.client = Client(self.injector)

    def arm(self, **fault: Any) -> Response:
        return self.client.post("/__sandbox__/faults", json=fault)


@pytest.fixture
def setup() -> Setup:
    return Setup()


def test_nothing_armed_means_the_vendor_answers(setup: Setup) -> None:
    answer = setup.client.get("/v2/things?page=7")
    assert (answer.status_code, answer.json["page"]) == (200, "7")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("rate_limited", 429),
        ("unavailable", 503),
        ("server_error", 500),
        ("unauthorized", 401),
        ("ok_with_error", 200),
        ("period_closed", 400),
    ],
)
def test_a_replaced_answer_has_its_status_and_never_reaches_the_vendor(
    setup: Setup, kind: str, status: int
) -> None:
    setup.arm(kind=kind)
    assert setup.client.post("/v2/things", data=b"x").status_code == status
    assert setup.vendor.writes == []
    assert setup.client.post("/v2/things", data=b"x").status_code == 201


def test_rate_limited_tells_when_to_come_back(setup: Setup) -> None:
    setup.arm(kind="rate_limited", retry_after=7)
    assert setup.client.get("/a").headers["Retry-After"] == "7"


def test_html_is_a_login_page_with_status_200(setup: Setup) -> None:
    setup.arm(kind="html")
    answer = setup.client.get("/a")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"


def test_slow_waits_no_longer_than_the_bound_and_then_answers(setup: Setup) -> None:
    setup.arm(kind="slow", seconds=9_000)
    assert setup.client.get("/a").status_code == 200
    assert setup.slept == [30.0]


def test_truncated_is_half_of_the_json(setup: Setup) -> None:
    whole = setup.client.get("/a").get_data()
    setup.arm(kind="truncated")
    half = setup.client.get("/a").get_data()
    assert whole.startswith(half)
    with pytest.raises(json.JSONDecodeError):
        json.loads(half)


def test_duplicate_page_repeats_the_page_before(setup: Setup) -> None:
    setup.arm(kind="duplicate_page", path_regex="page=2")
    pages = [setup.client.get(f"/a?page={page}").json["page"] for page in (1, 2, 2, 3)]
    assert pages == ["1", "1", "2", "3"]


def test_lost_ack_does_the_work_and_drops_the_connection(setup: Setup) -> None:
    setup.arm(kind="lost_ack", method="POST")
    assert setup.client.post("/a", data=b"one").headers["X-Sandbox-Drop"] == "after"
    assert setup.vendor.writes == ["one"]


def test_drop_loses_the_request_before_the_work(setup: Setup) -> None:
    setup.arm(kind="drop")
    assert setup.client.post("/a", data=b"one").headers["X-Sandbox-Drop"] == "before"
    assert setup.vendor.writes == []


def test_late_commit_does_the_work_at_the_first_request_after_its_time(setup: Setup) -> None:
    setup.arm(kind="late_commit", seconds=60)
    assert setup.client.post("/a", data=b"late").headers["X-Sandbox-Drop"] == "after"
    setup.client.get("/a")
    assert setup.vendor.writes == []
    setup.clock = 60.0
    setup.client.get("/a")
    assert setup.vendor.writes == ["late"]
    setup.client.get("/a")
    assert setup.vendor.writes == ["late"]


def test_late_work_can_be_committed_at_once(setup: Setup) -> None:
    setup.arm(kind="late_commit", seconds=3_600)
    setup.client.post("/a", data=b"late")
    assert setup.client.post("/__sandbox__/commit").status_code == 204
    assert setup.vendor.writes == ["late"]


def test_after_and_times_choose_which_requests_are_struck(setup: Setup) -> None:
    setup.arm(kind="unavailable", path_regex="^/v2/x", after=1, times=2)
    statuses = [setup.client.get("/v2/x").status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert setup.client.get("/v2/y").status_code == 200


def test_method_limits_a_fault(setup: Setup) -> None:
    setup.arm(kind="server_error", method="post")
    assert setup.client.get("/a").status_code == 200
    assert setup.client.post("/a", data=b"x").status_code == 500


def test_several_faults_arm_in_order_and_can_be_listed_and_disarmed(setup: Setup) -> None:
    setup.client.post("/__sandbox__/faults", json=[{"kind": "html"}, {"kind": "unavailable"}])
    assert [fault["kind"] for fault in setup.client.get("/__sandbox__/faults").json] == [
        "html",
        "unavailable",
    ]
    setup.client.delete("/__sandbox__/faults")
    assert setup.client.get("/a").mimetype == "application/json"


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "meteor"}, {"kind": "slow", "minutes": 3}, {"kind": "slow", "path_regex": "("}, "x"],
)
def test_a_fault_that_makes_no_sense_is_refused_with_the_reason(setup: Setup, wrong: Any) -> None:
    answer = setup.client.post("/__sandbox__/faults", json=wrong)
    assert answer.status_code == 422
    assert answer.json["message"]


def test_the_log_tells_every_request_and_its_fault(setup: Setup) -> None:
    setup.arm(kind="unavailable")
    setup.client.get("/a?page=1")
    setup.client.post("/b", data=b"x")
    log = setup.client.get("/__sandbox__/log").json
    assert [(row["method"], row["path"], row["status"], row["fault"]) for row in log] == [
        ("GET", "/a", 503, "unavailable"),
        ("POST", "/b", 201, None),
    ]
    assert log[0]["query"] == "page=1"
    assert len(log[1]["body_sha256"]) == 64


def test_control_endpoints_work_below_a_mount_prefix(setup: Setup) -> None:
    assert (
        setup.client.post("/harvest/v2/__sandbox__/faults", json={"kind": "html"}).status_code
        == 201
    )


def test_a_vendor_may_word_its_own_answer() -> None:
    own = Setup(answers={"period_closed": lambda request: Response("shut", status=409)})
    own.arm(kind="period_closed")
    assert own.client.get("/a").status_code == 409
