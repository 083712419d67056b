"""A real Tryton server for the tests of the connector: one per session, by file copy."""

from __future__ import annotations

import pytest

from tieout.sandbox.tryton.ready import ready_server
from tieout.sandbox.tryton.sample import SAMPLE


@pytest.fixture(scope="session")
def tryton(tmp_path_factory):
    """A running server with the sample books; tests of this folder only add to it."""
    server = ready_server(SAMPLE, tmp_path_factory.mktemp("tryton"))
    yield server
    server.stop()
