"""What a person sees while work goes on: bars on a terminal, lines in a log or a pipe.

Colours and bars appear only on a terminal; what is piped is plain text on standard error.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import (
    Progress as RichProgress,
)

from tieout.domain.progress import Progress, Stage

_LINE_EVERY_SECONDS = 5.0
PROGRESS_VARIABLE = "TIEOUT_PROGRESS"


class LogStage:
    """A stage that writes a line now and then, and one at the end."""

    def __init__(self, name: str, total: int | None, write: Callable[[str], object]) -> None:
        self.name, self.total, self.done = name, total, 0
        self._write, self._last = write, time.monotonic()

    def advance(self, n: int = 1) -> None:
        """Count, and say so every few seconds."""
        self.done += n
        if time.monotonic() - self._last >= _LINE_EVERY_SECONDS:
            self._last = time.monotonic()
            self._write(f"{self.name}: {self.count()}")

    def note(self, text: str) -> None:
        """Write the note with the stage's name."""
        self._write(f"{self.name}: {text}")

    def count(self) -> str:
        """`3 of 10`, or `3` where the total is not known."""
        return f"{self.done} of {self.total}" if self.total else f"{self.done}"


class LogProgress:
    """Progress as lines, for logs and pipes."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Stage]:
        """A stage that ends with one line."""
        stage = LogStage(name, total, self._write)
        started = time.monotonic()
        yield stage
        counted = f": {stage.count()}" if stage.done else ""
        self._write(f"{name}{counted} ({time.monotonic() - started:.1f} s)")


class _BarStage:
    def __init__(self, bars: RichProgress, task: TaskID) -> None:
        self._bars, self._task = bars, task

    def advance(self, n: int = 1) -> None:
        """Move the bar."""
        self._bars.advance(self._task, n)

    def note(self, text: str) -> None:
        """Write above the bars."""
        self._bars.console.print(text)


class TerminalProgress:
    """Progress as bars on a terminal."""

    def __init__(self, console: Console) -> None:
        self._bars = RichProgress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._bars.start()

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Stage]:
        """A bar; without a known total it turns until the stage ends."""
        task = self._bars.add_task(name, total=total)
        yield _BarStage(self._bars, task)
        done = self._bars.tasks[self._bars.task_ids.index(task)].completed
        self._bars.update(task, total=max(done, 1), completed=max(done, 1))

    def stop(self) -> None:
        """Leave the finished bars on the screen."""
        self._bars.stop()


def terminal_progress() -> tuple[Progress, Callable[[], None]]:
    """Progress for standard error, and what to call at the end."""
    console = Console(stderr=True)
    if console.is_terminal:
        bars = TerminalProgress(console)
        return bars, bars.stop
    return LogProgress(lambda line: console.print(line, markup=False, highlight=False)), _nothing


def _nothing() -> None:
    """There is nothing to stop."""


_CURRENT: list[Progress] = []


def use_progress(progress: Progress) -> None:
    """Make this the progress of the process that runs the steps."""
    _CURRENT[:] = [progress]


def progress_from_environment() -> Progress | None:
    """The progress of this process, if a command set one up."""
    return _CURRENT[0] if _CURRENT and os.environ.get(PROGRESS_VARIABLE) != "log" else None
