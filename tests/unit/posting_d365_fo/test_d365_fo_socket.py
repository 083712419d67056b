"""The same over a real socket: login, upload, import, pages and a connection that breaks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.test import Client as HttpClient

from pipelines.d365_fo.auth import D365FoSession
from tests.nasty.posting_kit import frame
from tests.unit.posting_d365_fo.conftest import fno_system, time_line
from tests.unit.posting_d365_fo.packages import BATCH, written
from tieout.domain.errors import OutcomeUnknown
from tieout.posting.delivery.base import Submission
from tieout.posting.delivery.d365_fo import create_delivery
from tieout.sandbox.vendors.d365_fo import create_app
from tieout.sandbox.vendors.d365_fo_setup import Setup

LINES = frame([time_line(n) for n in range(12)])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Any]:
    """An environment behind a threaded server on a free port of this machine."""
    app = create_app(
        Setup(), lambda: datetime(2026, 7, 3, tzinfo=UTC), tmp_path / "state", page_size=5
    )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    root = f"http://127.0.0.1:{server.server_port}/d365_fo"
    system = fno_system(tmp_path, base_url=root, login_url=root)
    yield app, create_delivery(system, D365FoSession(system))
    server.shutdown()
    worker.join(30)
    server.server_close()


def test_a_package_is_imported_posted_and_read_back_over_http(served: Any) -> None:
    _, delivery = served
    delivery.submit(Submission(BATCH, LINES, written(LINES)))
    collected = delivery.collect(BATCH)
    assert (collected.answer, collected.results.height) == ("done", 12)
    found = delivery.look_up(LINES["posting_key"].to_list())
    assert sorted(found["erp_id"]) == sorted(collected.results["erp_id"])


def test_a_connection_that_breaks_after_the_import_was_taken_is_in_doubt(served: Any) -> None:
    app, delivery = served
    fault = {"kind": "lost_ack", "path_regex": "ImportFromPackage"}
    assert HttpClient(app).post("/__sandbox__/faults", json=fault).status_code == 201
    with pytest.raises(OutcomeUnknown):
        delivery.submit(Submission(BATCH, LINES, written(LINES)))
    delivery.submit(Submission(BATCH, LINES, written(LINES)))
    assert delivery.look_up(LINES["posting_key"].to_list()).height == 12
