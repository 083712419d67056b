"""One board per session: the project is compiled and built once."""

from __future__ import annotations

import pytest

from tests.unit.matching.board import Board


@pytest.fixture(scope="session")
def board() -> Board:
    """The matching models on an empty firm."""
    return Board()
