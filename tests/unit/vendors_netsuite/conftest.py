"""The small firm's NetSuite account in process, and ways to call and extract it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tieout.http import mounted
from tieout.sandbox.vendors.netsuite import create_app


@pytest.fixture(scope="session")
def books() -> Any:
    """The module that builds the small firm."""
    path = Path(__file__).with_name("netsuite_books.py")
    spec = importlib.util.spec_from_file_location("netsuite_books", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def account(books: Any) -> Iterator[Any]:
    """A client of the account, in memory, at the demo's clock."""
    app = create_app(books.small_firm(), lambda: books.NOW)
    with mounted(books.BASE_URL, app):
        yield books.Caller()
