"""The same over a real socket: files, jobs and look-ups through a threaded server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.nasty.posting_kit import SmallFirm, frame, open_gate
from tests.unit.posting_oracle_fusion.conftest import (
    NOW,
    TARGET,
    fusion_session,
    fusion_system,
    journal_line,
    time_line,
)
from tieout.domain.errors import OutcomeUnknown
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.posting.delivery.oracle_fusion import create_delivery
from tieout.posting.registry import writer_of
from tieout.posting.run import post_target


@pytest.fixture
def address(pod: Any) -> Iterator[str]:
    """The pod behind a threaded server on a free port of this machine."""
    server = make_server("127.0.0.1", 0, pod.app, threaded=True)
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    yield f"http://127.0.0.1:{server.server_port}/oracle_fusion"
    server.shutdown()
    worker.join(30)
    server.server_close()


def test_lines_are_posted_and_proven_over_http(pod: Any, address: str) -> None:
    rows = [*(time_line(f"a:b%{n} ü'") for n in range(25)), journal_line("rent")]
    delivery = create_delivery(fusion_system(address), fusion_session(address))
    report = post_target(
        SmallFirm(), TARGET, frame(rows), pod.ledger, pod.home, delivery,
        writer_of(fusion_system()), gate=open_gate, now=NOW, period=Period("2026-06"),
        sleep=lambda seconds: None, progress=SilentProgress(),
    )  # fmt: skip
    assert (report.accepted, report.proven, report.exit_code) == (26, 26, 0)


def test_a_connection_that_breaks_after_the_hand_over_is_unknown_and_found_again(
    pod: Any, address: str
) -> None:
    pod.fault("lost_ack", method="POST")
    delivery = create_delivery(fusion_system(address), fusion_session(address))
    submission = pod.submission([time_line(1)])
    with pytest.raises(OutcomeUnknown):
        delivery.submit(submission)
    assert delivery.collect(submission.submission_id).answer != "absent"
