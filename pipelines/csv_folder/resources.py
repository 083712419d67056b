"""How a csv_folder is read: every file whole, in every run.

The columns and checks are `formats`, reading with them is `reader`, what lands is `tables`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipelines.contracts import Page, Table, Window
from pipelines.csv_folder.formats import ENTRIES, FORMATS
from pipelines.csv_folder.reader import read_bytes, read_file
from tieout.config import System
from tieout.domain.errors import ConfigError
from tieout.http import ApiSession

PAGE_ROWS = 20_000


class CsvFolderExtractor:
    """Reads the files of `options.path`, relative to the firm folder or absolute.

    Args:
        system: the csv_folder system.
        session: not used: no HTTP is spoken.
        now: not used: files date their facts themselves.

    Raises:
        ConfigError: if the system names no folder or it does not exist.
    """

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        del session, now
        self._folder = _folder_of(system)
        self._formats = {form.table: form for form in FORMATS}

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """The rows of one file in groups, the file itself as evidence with the first.

        Raises:
            ContractError: if the file is missing or breaks its contract.
        """
        del window  # an export is complete
        form = self._formats[table.name]
        entry_ids = frozenset[str]()
        if form.refers:
            entries = read_file(self._folder, ENTRIES, entry_ids)
            entry_ids = frozenset(str(row["entry_id"]) for row in entries if row["entry_id"])
        records = read_file(self._folder, form, entry_ids)
        raw = read_bytes(self._folder, form) or b""
        for start in range(0, max(len(records), 1), PAGE_ROWS):
            yield Page(raw=raw if start == 0 else b"", given=records[start : start + PAGE_ROWS])


def _folder_of(system: System) -> Path:
    named = str(system.options.get("path", ""))
    if not named:
        raise ConfigError(
            f"system {system.id} names no folder",
            file="firm.yml",
            field=f"systems.{system.id}.options",
            fix="add `path: folder of the CSV files`",
        )
    folder = system.folder / named
    if not folder.is_dir():
        raise ConfigError(
            f"there is no folder {folder}",
            file="firm.yml",
            field=f"systems.{system.id}.options.path",
            fix="correct the path; it is relative to the firm folder",
        )
    return folder
