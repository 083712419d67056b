"""Where files are exchanged with an ERP: folders of this machine, or of an SFTP server.

Here: the port `FileStore`, local folders, and the choice by `base_url`. Not here: SFTP itself
(`legacy_files_sftp`) and what the files mean (`legacy_files`).

A file appears under its name whole: it is written beside it, flushed, and renamed. Drop and
response folder are made by whoever runs the ERP and never by us: where they are missing a share is
not mounted, and "there is no file" would be a lie.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, TypeVar

from tieout.config import System
from tieout.domain.errors import ConfigError, OutcomeUnknown, SystemUnreachable
from tieout.durable import flush

DROP: Final = "drop"
RESPONSES: Final = "responses"
STATE: Final = "state"
DEFAULTS: Final = {DROP: "in", RESPONSES: "out", STATE: ".tieout"}
_Answer = TypeVar("_Answer")


class FileStore(Protocol):
    """Folders `drop`, `responses` and `state`, named by the system's options of those names."""

    def names(self, folder: str) -> list[str]:
        """Names of the files in a folder that are not drafts, sorted.

        Raises:
            SystemUnreachable: the folder cannot be listed; for `state` a missing one is empty.
        """
        ...

    def read(self, folder: str, name: str) -> bytes:
        """Content of a file.

        Raises:
            SystemUnreachable: it cannot be read.
        """
        ...

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Put a file under its name, whole; one of that name is replaced.

        Raises:
            SystemUnreachable: it may not be there; writing it again is safe.
        """
        ...

    def publish(self, name: str) -> None:
        """Move a file from `state` to `drop` in one step.

        Raises:
            OutcomeUnknown: it may have been moved.
        """
        ...

    def close(self) -> None:
        """Give connections back; the store opens them again when it is asked again."""
        ...


def folders_of(system: System) -> dict[str, str]:
    """Folder of each kind, relative to the root of the exchange."""
    chosen = {kind: str(system.options.get(kind, name)) for kind, name in DEFAULTS.items()}
    if len(set(chosen.values())) < len(chosen):
        raise ConfigError(
            "drop, responses and state are not three folders",
            file="firm.yml",
            field=f"systems.{system.id}.options",
            fix="give each of them a folder of its own",
        )
    return chosen


def open_store(system: System) -> FileStore:
    """The exchange of a system: SFTP where `base_url` says so, else folders below `options.path`.

    Raises:
        ConfigError: an option or a secret is missing or wrong.
    """
    if system.base_url:
        from tieout.posting.delivery.legacy_files_sftp import open_sftp_store  # noqa: PLC0415

        return open_sftp_store(system)
    named = str(system.options.get("path", ""))
    if not named:
        raise ConfigError(
            f"system {system.id} names no folder",
            file="firm.yml",
            field=f"systems.{system.id}.options.path",
            fix="write `path: folder of the exchange`, or base_url: sftp://host/folder",
        )
    root = system.folder / named
    return FolderStore(system.id, {k: root / name for k, name in folders_of(system).items()})


class FolderStore:
    """Folders of this machine or of a mounted share.

    Args:
        system_id: for messages.
        folders: folder of each kind.
    """

    def __init__(self, system_id: str, folders: dict[str, Path]) -> None:
        self.system_id, self.folders = system_id, folders

    def names(self, folder: str) -> list[str]:
        """Names of the files in a folder that are not drafts, sorted."""
        path = self.folders[folder]
        if folder == STATE and self.folders[DROP].is_dir() and not path.exists():
            return []
        found = self._reach(lambda: [e.name for e in path.iterdir() if e.is_file()], f"list {path}")
        return sorted(name for name in found if not name.startswith("."))

    def read(self, folder: str, name: str) -> bytes:
        """Content of a file."""
        path = self.folders[folder] / name
        return self._reach(path.read_bytes, f"read {path}")

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Put a file under its name, whole and on disk."""
        path = self.folders[folder] / name
        self._reach(lambda: self._write(path, content, folder), f"write {path}")

    def publish(self, name: str) -> None:
        """Move a file from `state` to `drop` in one step."""
        target = self.folders[DROP] / name
        try:
            (self.folders[STATE] / name).rename(target)
            flush(target.parent)
        except OSError as problem:
            raise OutcomeUnknown(self.system_id, f"move {name} to {target}: {problem}") from problem

    def close(self) -> None:
        """Folders hold no connection."""

    def _write(self, path: Path, content: bytes, folder: str) -> None:
        if folder == STATE and self.folders[DROP].is_dir():
            path.parent.mkdir(mode=0o700, exist_ok=True)
        draft = path.with_name(f".{path.name}.tmp")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        flush(path.parent)

    def _reach(self, work: Callable[[], _Answer], what: str) -> _Answer:
        try:
            return work()
        except OSError as problem:
            raise SystemUnreachable(
                self.system_id,
                f"cannot {what}: {problem.strerror or problem}",
                "mount the share, make the ERP's folders, or grant the right; then run again",
            ) from problem
