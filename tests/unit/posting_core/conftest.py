"""The posting ledger on each of its stores: SQLite, and a PostgreSQL server of the test's own."""

from __future__ import annotations

import pytest

from tests.kit.postgres import postgres
from tieout.posting.ledger import Ledger

__all__ = ["postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request, tmp_path):
    """The address of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return request.getfixturevalue("postgres").database()


@pytest.fixture
def ledger(ledger_url):
    """An empty ledger."""
    opened = Ledger(ledger_url)
    yield opened
    opened.close()
