"""The same over real sockets: the tenant calls the receiver, the adapter calls the tenant."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from pipelines.sap_s4hana import open_session
from tests.nasty.posting_kit import frame
from tests.unit.posting_sap_s4hana.conftest import header, time_line
from tests.unit.vendors_sap_s4hana.sap_tenant import NOW, OUTBOUND, SETUP, sap_system
from tieout.domain.errors import OutcomeUnknown
from tieout.posting.delivery.base import Submission
from tieout.posting.delivery.sap_s4hana import create_delivery, mailbox_of
from tieout.posting.delivery.sap_s4hana_receiver import create_receiver
from tieout.posting.writers.sap_s4hana import create_writer
from tieout.sandbox.vendors.sap_s4hana import create_app


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """An application behind a threaded server on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        worker.join(30)
        server.server_close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Any]:
    """The adapter's system, a tenant and a receiver, each behind its own port."""
    system = sap_system(tmp_path)
    with serving(create_receiver(mailbox_of(system), *OUTBOUND)) as receiver:

        def outbound(data: bytes) -> None:
            assert requests.post(receiver, data=data, auth=OUTBOUND, timeout=30).status_code == 202

        with serving(create_app(SETUP, lambda: NOW, tmp_path, outbound=outbound)) as tenant:
            system.base_url = f"{tenant}/sap_s4hana"
            yield system


def hand_over(system: Any, rows: list[dict[str, Any]]) -> Any:
    lines = frame(rows)
    files = create_writer().files(lines, header(lines, "b-1"))
    delivery = create_delivery(system, open_session(system))
    delivery.submit(Submission("b-1", lines, files))
    return delivery


def test_entries_are_posted_confirmed_and_read_back_over_http(served: Any) -> None:
    rows = [time_line(f"a b%{n} ü") for n in range(40)]
    delivery = hand_over(served, rows)
    delivery.look_up([rows[0]["posting_key"]])
    confirmed = delivery.collect("b-1").results
    assert set(confirmed["outcome"]) == {"accepted"}
    assert confirmed["message"].str.starts_with("605(RW)").all()
    found = delivery.look_up([row["posting_key"] for row in rows])
    assert sorted(found["posting_key", "erp_id"].rows()) == sorted(
        confirmed["posting_key", "erp_id"].rows()
    )


def test_a_connection_that_breaks_after_the_message_leaves_the_batch_in_doubt(served: Any) -> None:
    fault = {"kind": "lost_ack", "path_regex": "journalentry"}
    url = f"{served.base_url}/__sandbox__/faults"
    assert requests.post(url, json=fault, timeout=30).status_code == 201
    with pytest.raises(OutcomeUnknown):
        hand_over(served, [time_line(1)])
    delivery = create_delivery(served, open_session(served))
    assert delivery.collect("b-1").results["outcome"].to_list() == ["accepted"]
