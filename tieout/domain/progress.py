"""How long work tells how far it is, without knowing who watches.

The command line draws bars on a terminal (`tieout.cli.display`); tests and libraries stay silent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Stage(Protocol):
    """One piece of work in progress."""

    def advance(self, n: int = 1) -> None:
        """Count `n` more units done."""

    def note(self, text: str) -> None:
        """Say something worth reading, such as a count or a wait."""


class Progress(Protocol):
    """Opens stages."""

    def stage(self, name: str, total: int | None = None) -> AbstractContextManager[Stage]:
        """A context manager that yields a `Stage`; `total` is its number of units, if known."""
        ...


class _SilentStage:
    def advance(self, n: int = 1) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""


class SilentProgress:
    """Progress for tests and libraries."""

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Stage]:  # noqa: ARG002
        """A stage that says nothing."""
        yield _SilentStage()
