"""The same over a real socket: signatures of the raw request line, four saves at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from pipelines.contracts import Window
from pipelines.netsuite import VENDOR, open_session
from tests.nasty.posting_kit import frame
from tests.unit.posting_netsuite.conftest import netsuite_system, time_line
from tieout.posting.delivery.netsuite import create_delivery


@pytest.fixture
def served(erp: Any, tmp_path: Path) -> Iterator[Any]:
    """The account behind a threaded server on a free port of this machine."""
    server = make_server("127.0.0.1", 0, erp.app, threaded=True)
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    system = netsuite_system(tmp_path)
    system.base_url = f"http://127.0.0.1:{server.server_port}/netsuite"
    yield system
    server.shutdown()
    worker.join(30)
    server.server_close()


def test_lines_are_posted_and_read_back_over_http(served: Any, erp: Any) -> None:
    rows = [time_line(f"a:b%{n} ü") for n in range(40)]
    delivery = create_delivery(served, open_session(served))
    results = {result.posting_key: result for result in delivery.send(frame(rows))}
    assert {result.outcome for result in results.values()} == {"accepted"}
    found = delivery.look_up([row["posting_key"] for row in rows])
    assert {key: [item.erp_id for item in items] for key, items in found.items()} == {
        key: [result.erp_id] for key, result in results.items()
    }


def test_a_connection_that_breaks_after_the_save_leaves_the_line_in_doubt(
    served: Any, erp: Any
) -> None:
    erp.fault("lost_ack")
    delivery = create_delivery(served, open_session(served))
    results = list(delivery.send(frame([time_line(1)])))
    assert [result.outcome for result in results] == ["unknown"]
    assert len(delivery.look_up([time_line(1)["posting_key"]])) == 1


def test_the_books_are_extracted_over_http(served: Any, erp: Any) -> None:
    extractor = VENDOR.extractor(served, open_session(served), erp.moment)
    pages = extractor.pages(VENDOR.table("time_bills"), Window())
    assert sum(len(page.records) for page in pages) == 4
