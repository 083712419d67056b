"""The same over a real socket: tokens, addresses with brackets, a connection that breaks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from pipelines.business_central import VENDOR
from pipelines.contracts import Window
from tests.nasty.posting_kit import frame
from tests.unit.vendors_business_central.small_company import (
    NOW,
    Company,
    business_central_system,
    time_line,
)
from tieout.config import System
from tieout.domain.errors import OutcomeUnknown
from tieout.http import ApiSession
from tieout.posting.registry import delivery_for


@pytest.fixture
def served(company: Company, tmp_path: Path) -> Iterator[System]:
    """The company behind a threaded server on a free port of this machine."""
    server = make_server("127.0.0.1", 0, company.app, threaded=True)
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    yield business_central_system(
        tmp_path, f"http://127.0.0.1:{server.server_port}/business_central"
    )
    server.shutdown()
    worker.join(30)
    server.server_close()


def session(system: System) -> ApiSession:
    assert VENDOR.session is not None
    return VENDOR.session(system)


def test_lines_are_posted_and_read_back_over_http(served: System) -> None:
    rows = [time_line(f"a:b%{n} ü") for n in range(10)]
    delivery = delivery_for(served, session(served))
    results = {result.posting_key: result for result in delivery.send(frame(rows))}
    assert {result.outcome for result in results.values()} == {"accepted"}
    found = delivery.look_up([row["posting_key"] for row in rows])
    assert {key: [item.erp_id for item in items] for key, items in found.items()} == {
        key: [result.erp_id] for key, result in results.items()
    }


def test_a_connection_that_breaks_after_the_posting_leaves_the_line_in_doubt(
    served: System, company: Company
) -> None:
    company.fault("lost_ack", r"NAV\.post")
    delivery = delivery_for(served, session(served))
    with pytest.raises(OutcomeUnknown):
        list(delivery.send(frame([time_line(1)])))
    (held,) = delivery.look_up([time_line(1)["posting_key"]]).values()
    assert [found.state for found in held] == ["posted"]


def test_the_ledger_is_extracted_over_http(served: System) -> None:
    list(delivery_for(served, session(served)).send(frame([time_line(1)])))
    extractor = VENDOR.extractor(served, session(served), NOW)
    pages = extractor.pages(VENDOR.table("general_ledger_entries"), Window())
    assert sum(len(page.records) for page in pages) == 4
